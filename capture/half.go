package capture

import (
	"encoding/binary"
	"slices"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/reassembly"

	"runnertape/proxy/http1"
)

const (
	// patience is how long captured bytes wait for those before them while nobody says that these were received.
	patience = 30 * time.Second
	// maxGap is the largest number of bytes that an acknowledgement can tell of: RFC 7323 bounds a window to 1 GiB, and
	// what is further off is more likely a damaged packet.
	maxGap = 1 << 28
	// maxQueued bounds what is noted of packets that wait.
	maxQueued = 2 * maxPages
)

// half is one direction of a connection: where its bytes stand, and what is read in them.
type half struct {
	conn  *conn
	flows flows

	started  bool
	ended    bool
	fin      bool                  // its sender has closed it
	rst      bool                  // its sender has reset it
	first    reassembly.Sequence   // of its first packet
	next     reassembly.Sequence   // that was not delivered yet
	offset   int64                 // of next, from the first
	queued   []reassembly.Sequence // where packets begin that wait for others, sorted
	since    time.Time             // since when they wait
	missing  []span                // of the bytes delivered next, those that were made up
	lastLoss int64                 // where the last gap ended

	state    state
	fresh    bool   // no message has been read, and the next byte is the first
	held     []byte // beginning of a head, or what is searched for one
	searched int    // how much of held has no head's end
	body     *http1.Body
	spans    []http1.Span
	x        *exchange // whose body is read
}

// span is a range of offsets.
type span struct{ from, to int64 }

// arriving notes where a segment stands, before gopacket gets it.
func (h *half) arriving(tcp *layers.TCP) {
	seq := reassembly.Sequence(tcp.Seq)
	h.fin, h.rst = h.fin || tcp.FIN, h.rst || tcp.RST
	switch {
	case !h.started:
		h.started, h.first, h.next = true, seq, seq
		if tcp.SYN {
			h.next = seq.Add(1)
			h.fresh, h.state = true, inHead
			h.conn.client = h
			if tcp.ACK {
				h.conn.client = h.other()
			}
		}
	case len(tcp.Payload) > 0 && h.next.Difference(seq) > 0:
		if len(h.queued) == 0 {
			h.since = h.conn.rd.now
		}
		i, known := slices.BinarySearchFunc(h.queued, seq, func(a, b reassembly.Sequence) int { return -a.Difference(b) })
		if !known && len(h.queued) < maxQueued {
			h.queued = slices.Insert(h.queued, i, seq)
		}
	}
}

// impatient tells whether packets have waited too long.
func (h *half) impatient() bool {
	return len(h.queued) > 0 && h.conn.rd.now.Sub(h.since) > patience
}

// fillQueued makes up the bytes before the first packet that waits.
func (h *half) fillQueued() bool {
	first := h.queued[0]
	h.fill(first)
	if len(h.queued) == 0 || h.queued[0] != first {
		return true
	}
	h.queued = h.queued[1:] // too far off
	return false
}

// fill makes up the bytes before upTo that have not come, so that gopacket passes on those behind them.
// They are told from real ones by missing.
func (h *half) fill(upTo reassembly.Sequence) {
	for h.started && !h.ended {
		n := h.next.Difference(upTo)
		if n <= 0 || n > maxGap {
			return
		}
		if len(h.queued) > 0 {
			n = min(n, h.next.Difference(h.queued[0]))
		}
		n = min(n, len(nothing))
		h.missing = append(h.missing, span{h.offset, h.offset + int64(n)})
		before := h.next
		h.conn.rd.assemble(h.flows, h.made(nothing[:n], flagACK))
		if h.next == before { // unreachable unless gopacket does not take it
			h.missing = nil
			return
		}
	}
}

// nothing stands in for bytes that were not captured.
var nothing = make([]byte, 1<<15)

// Bits of a TCP header (RFC 9293 §3.1).
const (
	flagRST = 0x04
	flagACK = 0x10
)

// made is a segment that was not captured, at the place of the next one.
func (h *half) made(payload []byte, flags byte) *layers.TCP {
	b := make([]byte, 20, 20+len(payload))
	copy(b, h.flows.transport.Src().Raw())
	copy(b[2:], h.flows.transport.Dst().Raw())
	binary.BigEndian.PutUint32(b[4:], uint32(h.next))
	b[12], b[13] = 5<<4, flags
	tcp := new(layers.TCP)
	if err := tcp.DecodeFromBytes(append(b, payload...), gopacket.NilDecodeFeedback); err != nil {
		panic("capture: made segment: " + err.Error()) // unreachable: the header is right
	}
	tcp.ACK = false // it tells nothing of the other direction
	return tcp
}

// deliver takes the next bytes, in order.
func (h *half) deliver(p []byte) {
	for len(p) > 0 {
		n, lacks := len(p), false
		if len(h.missing) > 0 {
			m := h.missing[0]
			if lacks = m.from <= h.offset; lacks {
				n = min(n, int(m.to-h.offset))
			} else {
				n = min(n, int(m.from-h.offset))
			}
			if h.offset+int64(n) == m.to {
				h.missing = h.missing[1:]
			}
		}
		h.offset += int64(n)
		if lacks {
			h.gap(int64(n))
		} else {
			h.feed(p[:n])
		}
		p = p[n:]
	}
	for len(h.queued) > 0 && h.next.Difference(h.queued[0]) <= 0 {
		h.queued = h.queued[1:]
		h.since = h.conn.rd.now
	}
}
