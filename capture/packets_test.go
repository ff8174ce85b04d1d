package capture

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
)

// A script says what passed on the wire and what of it was captured, one packet a line:
//
//	link ethernet|vlan|sll|sll2|null|raw   how packets begin; ethernet
//	ip 4|6                                 4
//	format pcap|pcapng|pcap.gz             pcap
//	snap N                                 bytes of each packet that are captured; all
//	syn A                                  connection A begins, with both SYNs
//	A > "text" FAULT…                      its client sends; the text is a Go string, N*"text" repeats it
//	A < "text" FAULT…                      its server does
//	A >ack, A <ack                         a packet without bytes
//	A >fin, A <fin, A >rst, A <rst         one side ends
//	wait 10ms                              time passes; each packet takes 1ms by itself
//
// Faults of a packet: lost (passed, but was not captured), twice, late (is captured after the next one), fragments (of 24 bytes).
// Connection A is from port 40000 on, B from 40001 on and so on.
type script struct {
	t       testing.TB
	link    string
	version int
	format  string
	snap    int
	now     time.Time
	conns   map[string]*wire
	late    [][]byte
	out     bytes.Buffer
	write   func(gopacket.CaptureInfo, []byte) error
	close   func() error
	id      uint16
}

// wire is a connection of a script.
type wire struct {
	port layers.TCPPort
	seq  [2]uint32 // next of client and server
}

var linkTypes = map[string]layers.LinkType{
	"ethernet": layers.LinkTypeEthernet, "vlan": layers.LinkTypeEthernet, "sll": layers.LinkTypeLinuxSLL,
	"sll2": layers.LinkTypeLinuxSLL2, "null": layers.LinkTypeNull, "raw": layers.LinkTypeRaw,
}

// captured is the file that tcpdump would have written.
func captured(t testing.TB, text string) []byte {
	s := newScript(t)
	for _, line := range strings.Split(text, "\n") {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] == "#" {
			continue
		}
		if len(words) == 2 && s.setting(words[0], words[1]) {
			continue
		}
		s.open()
		s.line(line, words)
	}
	s.open()
	return s.end()
}

func newScript(t testing.TB) *script {
	return &script{t: t, link: "ethernet", version: 4, format: "pcap", now: time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC), conns: map[string]*wire{}}
}

// end is the whole file.
func (s *script) end() []byte {
	for _, p := range s.late {
		s.put(p)
	}
	if err := s.close(); err != nil {
		s.t.Fatal(err)
	}
	return s.out.Bytes()
}

func (s *script) setting(name, value string) bool {
	switch name {
	case "link":
		s.link = value
	case "ip":
		s.version, _ = strconv.Atoi(value)
	case "format":
		s.format = value
	case "snap":
		s.snap, _ = strconv.Atoi(value)
	case "wait":
		d, err := time.ParseDuration(value)
		if err != nil {
			s.t.Fatal(err)
		}
		s.now = s.now.Add(d)
	case "syn":
		s.begin(value)
	default:
		return false
	}
	return true
}

// open writes the file's head.
func (s *script) open() {
	if s.write != nil {
		return
	}
	link := linkTypes[s.link]
	switch s.format {
	case "pcapng":
		w, err := pcapgo.NewNgWriter(&s.out, link)
		if err != nil {
			s.t.Fatal(err)
		}
		s.write, s.close = w.WritePacket, w.Flush
	case "pcap.gz":
		z := gzip.NewWriter(&s.out)
		w := pcapgo.NewWriterNanos(z)
		if err := w.WriteFileHeader(1<<18, link); err != nil {
			s.t.Fatal(err)
		}
		s.write, s.close = w.WritePacket, z.Close
	default:
		w := pcapgo.NewWriter(&s.out)
		if err := w.WriteFileHeader(1<<18, link); err != nil {
			s.t.Fatal(err)
		}
		s.write, s.close = w.WritePacket, func() error { return nil }
	}
}

func (s *script) conn(name string) *wire {
	c := s.conns[name]
	if c == nil {
		c = &wire{port: 40000 + layers.TCPPort(name[0]-'A'), seq: [2]uint32{0xfffffff0, 1000}} // one wraps around
		s.conns[name] = c
	}
	return c
}

func (s *script) begin(name string) {
	s.open()
	c := s.conn(name)
	c.seq = [2]uint32{c.seq[0] + 5000, c.seq[1] + 5000}
	s.packet(c, 0, &layers.TCP{SYN: true}, nil, nil)
	c.seq[0]++
	s.packet(c, 1, &layers.TCP{SYN: true, ACK: true}, nil, nil)
	c.seq[1]++
}

func (s *script) line(line string, words []string) {
	if len(words) < 2 {
		s.t.Fatalf("what is %q?", line)
	}
	c := s.conn(words[0])
	side := strings.IndexByte("><", words[1][0])
	if side < 0 {
		s.t.Fatalf("what is %q?", line)
	}
	tcp := &layers.TCP{ACK: true}
	switch words[1][1:] {
	case "ack":
		s.packet(c, side, tcp, nil, words[2:])
	case "fin":
		tcp.FIN = true
		s.packet(c, side, tcp, nil, words[2:])
		c.seq[side]++
	case "rst":
		tcp.RST = true
		s.packet(c, side, tcp, nil, words[2:])
	case "":
		payload, faults := s.text(line)
		s.data(c, side, payload, faults...)
	default:
		s.t.Fatalf("what is %q?", line)
	}
}

func (s *script) data(c *wire, side int, payload []byte, faults ...string) {
	s.packet(c, side, &layers.TCP{ACK: true, PSH: true}, payload, faults)
	c.seq[side] += uint32(len(payload))
}

// text is the Go string in a line, and what follows it.
func (s *script) text(line string) (text []byte, faults []string) {
	from, to := strings.IndexByte(line, '"'), strings.LastIndexByte(line, '"')
	if from < 0 {
		s.t.Fatalf("no text in %q", line)
	}
	one, err := strconv.Unquote(line[from : to+1])
	if err != nil {
		s.t.Fatalf("%q: %v", line, err)
	}
	n := 1
	before := strings.Fields(line[:from])
	if count, ok := strings.CutSuffix(before[len(before)-1], "*"); ok {
		if n, err = strconv.Atoi(count); err != nil {
			s.t.Fatalf("%q: %v", line, err)
		}
	}
	return bytes.Repeat([]byte(one), n), strings.Fields(line[to+1:])
}

func (s *script) packet(c *wire, side int, tcp *layers.TCP, payload []byte, faults []string) {
	s.now = s.now.Add(time.Millisecond)
	tcp.SrcPort, tcp.DstPort, tcp.Seq, tcp.Window = c.port, 80, c.seq[side], 65535
	if side == 1 {
		tcp.SrcPort, tcp.DstPort = tcp.DstPort, tcp.SrcPort
	}
	if tcp.ACK {
		tcp.Ack = c.seq[1-side]
	}
	fault := strings.Join(faults, " ")
	frames := s.frames(side, tcp, payload, fault == "fragments")
	switch fault {
	case "lost":
		return
	case "late":
		s.late = append(s.late, frames...)
		return
	case "twice":
		frames = append(frames, frames...)
	case "", "fragments":
	default:
		s.t.Fatalf("what is %q?", fault)
	}
	for _, f := range frames {
		s.put(f)
	}
	late := s.late
	s.late = nil
	for _, f := range late {
		s.put(f)
	}
}

func (s *script) put(frame []byte) {
	ci := gopacket.CaptureInfo{Timestamp: s.now, Length: len(frame), CaptureLength: len(frame)}
	if s.snap > 0 && len(frame) > s.snap {
		ci.CaptureLength = s.snap
	}
	if err := s.write(ci, frame[:ci.CaptureLength]); err != nil {
		s.t.Fatal(err)
	}
}

// frames are the packets of a segment, with what is before IP.
func (s *script) frames(side int, tcp *layers.TCP, payload []byte, fragments bool) (frames [][]byte) {
	src, dst := net.IP{10, 0, 0, 1}, net.IP{10, 0, 0, 2}
	if s.version == 6 {
		src, dst = net.ParseIP("2001:db8::1"), net.ParseIP("2001:db8::2")
	}
	if side == 1 {
		src, dst = dst, src
	}
	s.id++
	if s.version == 6 {
		ip := &layers.IPv6{Version: 6, NextHeader: layers.IPProtocolTCP, HopLimit: 64, SrcIP: src, DstIP: dst}
		s.check(tcp.SetNetworkLayerForChecksum(ip))
		segment := s.bytes(tcp, gopacket.Payload(payload))
		if !fragments {
			return [][]byte{s.frame(0x86dd, s.bytes(ip, gopacket.Payload(segment)))}
		}
		ip.NextHeader = layers.IPProtocolIPv6Fragment
		for at := 0; at < len(segment); at += 24 {
			piece := segment[at:min(at+24, len(segment))]
			head := []byte{byte(layers.IPProtocolTCP), 0, byte(at >> 8), byte(at), 0, 0, byte(s.id >> 8), byte(s.id)}
			if at+24 < len(segment) {
				head[3] |= 1
			}
			frames = append(frames, s.frame(0x86dd, s.bytes(ip, gopacket.Payload(append(head, piece...)))))
		}
		return frames
	}
	ip := &layers.IPv4{Version: 4, TTL: 64, Protocol: layers.IPProtocolTCP, SrcIP: src, DstIP: dst, Id: s.id}
	s.check(tcp.SetNetworkLayerForChecksum(ip))
	segment := s.bytes(tcp, gopacket.Payload(payload))
	size := len(segment)
	if fragments {
		size = 24
	}
	for at := 0; at < len(segment); at += size {
		ip.FragOffset, ip.Flags = uint16(at/8), 0
		if at+size < len(segment) {
			ip.Flags = layers.IPv4MoreFragments
		}
		frames = append(frames, s.frame(0x0800, s.bytes(ip, gopacket.Payload(segment[at:min(at+size, len(segment))]))))
	}
	return frames
}

func (s *script) frame(protocol uint16, packet []byte) []byte {
	hi, lo := byte(protocol>>8), byte(protocol)
	var head []byte
	switch s.link {
	case "ethernet":
		head = append(make([]byte, 12), hi, lo)
	case "vlan":
		head = append(make([]byte, 12), 0x81, 0, 0, 7, hi, lo)
	case "sll":
		head = append([]byte{0, 0, 0, 1, 0, 6}, append(make([]byte, 8), hi, lo)...)
	case "sll2":
		head = append([]byte{hi, lo, 0, 0, 0, 0, 0, 1, 0, 1, 0, 6}, make([]byte, 8)...)
	case "null":
		head = []byte{2, 0, 0, 0}
		if protocol == 0x86dd {
			head[0] = 30
		}
	case "raw":
	default:
		s.t.Fatalf("what link is %q?", s.link)
	}
	return append(head, packet...)
}

func (s *script) bytes(l ...gopacket.SerializableLayer) []byte {
	b := gopacket.NewSerializeBuffer()
	s.check(gopacket.SerializeLayers(b, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}, l...))
	return bytes.Clone(b.Bytes())
}

func (s *script) check(err error) {
	if err != nil {
		s.t.Helper()
		s.t.Fatal(fmt.Errorf("make packet: %w", err))
	}
}
