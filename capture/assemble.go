package capture

import (
	"cmp"
	"maps"
	"slices"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/reassembly"
)

// flows names one direction of a connection: addresses, and ports.
type flows struct{ network, transport gopacket.Flow }

func (f flows) reverse() flows { return flows{f.network.Reverse(), f.transport.Reverse()} }

// seen is the context of a packet: gopacket wants to know its time.
type seen gopacket.CaptureInfo

// GetCaptureInfo implements reassembly.AssemblerContext.
func (s *seen) GetCaptureInfo() gopacket.CaptureInfo { return gopacket.CaptureInfo(*s) }

// segment has a TCP segment put together with those before it.
func (rd *reader) segment(s *segment) {
	f := flows{s.network, s.tcp.TransportFlow()}
	if c := rd.conn(f); c != nil && s.tcp.SYN && c.isOther(f, s.tcp) {
		c.cutOff("its port was used again")
	}
	if c := rd.conn(f); c != nil && s.tcp.ACK {
		c.acknowledged(f, reassembly.Sequence(s.tcp.Ack))
	}
	rd.assemble(f, s.tcp)
	c := rd.conn(f)
	if c == nil {
		return
	}
	if s.cut > 0 {
		rd.summary.Cut++
		h := c.half(f)
		end := reassembly.Sequence(s.tcp.Seq).Add(len(s.tcp.Payload))
		h.fill(end.Add(s.cut))
	}
	if h := c.half(f); h.impatient() {
		h.fillQueued()
	}
	if s.tcp.RST && c.half(f).ended {
		c.cutOff("a reset ended the connection")
	}
}

// assemble hands a segment to gopacket, which calls back.
func (rd *reader) assemble(f flows, tcp *layers.TCP) {
	if c := rd.conn(f); c != nil {
		c.half(f).arriving(tcp)
	}
	rd.assembler.AssembleWithContext(f.network, tcp, &seen{Timestamp: rd.now})
}

func (rd *reader) conn(f flows) *conn {
	if c := rd.conns[f]; c != nil {
		return c
	}
	return rd.conns[f.reverse()]
}

// New implements reassembly.StreamFactory. A connection begins with the first packet of it.
func (rd *reader) New(network, transport gopacket.Flow, tcp *layers.TCP, _ reassembly.AssemblerContext) reassembly.Stream {
	rd.lastConn++
	c := newConn(rd, rd.lastConn, flows{network, transport})
	rd.conns[c.flows] = c
	c.halves[0].arriving(tcp)
	return c
}

// endIdle forgets connections that have long been silent.
func (rd *reader) endIdle() {
	for _, c := range rd.inOrder() {
		if rd.now.Sub(c.heard) > idleAfter {
			c.cutOff("nothing more was captured for " + idleAfter.String())
		}
	}
}

// endAll ends what is still open when the capture ends.
func (rd *reader) endAll() {
	for _, c := range rd.inOrder() {
		c.cutOff("the capture ends here")
	}
}

func (rd *reader) inOrder() []*conn {
	return slices.SortedFunc(maps.Values(rd.conns), func(a, b *conn) int { return cmp.Compare(a.number, b.number) })
}
