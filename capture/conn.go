package capture

import (
	"net"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/reassembly"
)

// conn is one TCP connection.
type conn struct {
	rd     *reader
	number uint64
	flows  flows // of the side of which a packet came first
	halves [2]half
	client *half // the half that sends requests; nil while that is not known
	heard  time.Time
	ending string // why it ends, unless it was closed; "" before

	carries bool        // bytes have come
	speaks  language    // what is spoken
	tunnel  string      // host:port of an accepted CONNECT, inside of which we are
	pending []*exchange // requests whose answers have not ended, in order
}

// language is what a connection speaks.
type language uint8

const (
	unheard language = iota
	speaksHTTP
	speaksTLS
	speaksOther
)

func newConn(rd *reader, number uint64, f flows) *conn {
	c := &conn{rd: rd, number: number, flows: f, heard: rd.now}
	for i := range c.halves {
		c.halves[i] = half{conn: c, flows: f, state: lost}
		f = f.reverse()
	}
	return c
}

func (c *conn) half(f flows) *half {
	if f == c.flows {
		return &c.halves[0]
	}
	return &c.halves[1]
}

func (h *half) other() *half {
	if h == &h.conn.halves[0] {
		return &h.conn.halves[1]
	}
	return &h.conn.halves[0]
}

// server is the half that answers; nil while that is not known.
func (c *conn) server() *half {
	if c.client == nil {
		return nil
	}
	return c.client.other()
}

// address is the host:port that sends on h.
func (h *half) address() string {
	return net.JoinHostPort(h.flows.network.Src().String(), h.flows.transport.Src().String())
}

// isOther tells whether a SYN begins another connection between the same ports.
func (c *conn) isOther(f flows, tcp *layers.TCP) bool {
	h := c.half(f)
	return h.started && h.first != reassembly.Sequence(tcp.Seq)
}

// acknowledged notes that the sender of direction f has got all bytes of the other direction up to upTo.
// Those that were not captured were lost on the way to the capture, and will not come.
func (c *conn) acknowledged(f flows, upTo reassembly.Sequence) {
	c.half(f).other().fill(upTo)
}

// cutOff ends the connection, for the reason why.
func (c *conn) cutOff(why string) {
	c.ending = why
	for i := range c.halves {
		h := &c.halves[i]
		for len(h.queued) > 0 && h.fillQueued() {
		}
		if !h.ended {
			c.rd.assemble(h.flows, h.made(nil, flagRST))
		}
	}
	c.finish()
}

// Accept implements reassembly.Stream. A half whose beginning was not captured begins with the first packet there is.
func (c *conn) Accept(tcp *layers.TCP, _ gopacket.CaptureInfo, _ reassembly.TCPFlowDirection, next reassembly.Sequence, start *bool, _ reassembly.AssemblerContext) bool {
	c.heard = c.rd.now
	if next < 0 && !tcp.SYN {
		*start = true
	}
	return true
}

// ReassembledSG implements reassembly.Stream.
func (c *conn) ReassembledSG(sg reassembly.ScatterGather, _ reassembly.AssemblerContext) {
	direction, _, end, skip := sg.Info()
	h := &c.halves[0]
	if direction == reassembly.TCPDirServerToClient {
		h = &c.halves[1]
	}
	if skip > 0 { // too much was waiting for what is missing
		h.next = h.next.Add(skip)
		h.offset += int64(skip)
		h.gap(int64(skip))
	}
	if n, _ := sg.Lengths(); n > 0 {
		h.next = h.next.Add(n)
		h.deliver(sg.Fetch(n))
	}
	if end {
		h.ended = true
		h.closed()
	}
}

// ReassemblyComplete implements reassembly.Stream.
func (c *conn) ReassemblyComplete(reassembly.AssemblerContext) bool {
	c.finish()
	return true
}

// finish ends what is still under way.
func (c *conn) finish() {
	if c.rd.conns[c.flows] != c {
		return // it has been
	}
	delete(c.rd.conns, c.flows)
	c.abandon()
	if c.carries && c.speaks != speaksHTTP && c.speaks != speaksTLS {
		c.recogniseLate()
	}
}
