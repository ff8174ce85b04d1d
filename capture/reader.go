package capture

import (
	"errors"
	"io"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/reassembly"

	"runnertape"
)

// Sink keeps what was in a capture. Its methods are called in the order in which things happened; the first
// error ends the reading.
type Sink interface {
	// Put keeps x as it is now: when its request's head has come, when its response's has, and, for good, when it
	// has ended. x is the Sink's from then on, but its lists of header fields and interim responses may only be read.
	Put(x *runnertape.Exchange) error
	// Write appends p to one of the bodies of exchange id. p is not retained.
	Write(id uint64, side runnertape.Side, p []byte) error
}

const (
	// maxPages bounds the packets of one connection that wait for a missing one, in pages of 1900 bytes.
	maxPages = 1 << 12
	// maxPagesTotal is the same for all connections.
	maxPagesTotal = 1 << 14
	// idleAfter is after how long a silent connection is forgotten. Long polls take less than a minute.
	idleAfter = time.Hour
)

// reader reads one capture.
type reader struct {
	sink      Sink
	err       error // the Sink's first
	summary   Summary
	unwrap    *unwrapper
	assembler *reassembly.Assembler
	conns     map[flows]*conn
	now       time.Time // of the packet that is read; never goes back
	swept     time.Time // when idle connections were last looked for
	lastConn  uint64
	lastID    uint64
}

// Read gives the exchanges in the capture r to sink. The error is the Sink's, or says that r is no
// capture; a file that breaks off later is noted in the Summary, as everything that cannot be read.
func Read(r io.Reader, sink Sink) (*Summary, error) {
	packets, err := newSource(r)
	if err != nil {
		return nil, err
	}
	rd := &reader{sink: sink, unwrap: newUnwrapper(), conns: map[flows]*conn{}, summary: Summary{TLS: map[string]int64{}}}
	rd.assembler = reassembly.NewAssembler(reassembly.NewStreamPool(rd))
	rd.assembler.MaxBufferedPagesPerConnection = maxPages
	rd.assembler.MaxBufferedPagesTotal = maxPagesTotal
	for rd.err == nil {
		data, ci, err := packets.next()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				rd.summary.Broken = err
			}
			break
		}
		rd.packet(data, ci, packets)
	}
	rd.endAll()
	return &rd.summary, rd.err
}

func (rd *reader) packet(data []byte, ci gopacket.CaptureInfo, from *source) {
	s := &rd.summary
	if s.Packets++; s.Packets == 1 {
		s.First, rd.swept = ci.Timestamp, ci.Timestamp
	}
	if rd.now.Before(ci.Timestamp) { // that of several interfaces may differ
		rd.now = ci.Timestamp
		s.Last = ci.Timestamp
	}
	segment, damaged := rd.unwrap.segment(data, from.link(ci), rd.now)
	if damaged {
		s.Damaged++
	}
	if segment != nil {
		rd.segment(segment)
	}
	if rd.now.Sub(rd.swept) > idleAfter/4 {
		rd.swept = rd.now
		rd.endIdle()
	}
}

// fail keeps the Sink's first error.
func (rd *reader) fail(err error) {
	if rd.err == nil {
		rd.err = err
	}
}
