package store

import (
	"encoding/binary"
	"fmt"
	"time"

	"runnertape"
)

// parser takes a record apart that [appendRecord] wrote. After the first thing
// that cannot be, everything it gives is zero.
type parser struct {
	rest []byte
	err  error
}

// parseRecord is the exchange of that id, with the content its record holds. It
// shares nothing with the record but that content.
func parseRecord(id uint64, record []byte, content *inlined) (*runnertape.Exchange, error) {
	p := &parser{rest: record}
	bits := p.uvarint()
	x := &runnertape.Exchange{ID: id}
	x.State = runnertape.State(p.string())
	x.Way = runnertape.Way(p.string())
	x.Conn = p.uvarint()
	x.Client = p.string()
	x.Scheme = p.string()
	x.Host = p.string()
	started, replied, ended := p.varint(), p.varint(), p.varint()
	x.Started = timeOf(started, bits&hasStarted)
	x.Replied = timeOf(started+replied, bits&hasReplied)
	x.Ended = timeOf(started+ended, bits&hasEnded)

	x.Request.Method = p.string()
	x.Request.Target = p.string()
	x.Request.Proto = p.string()
	x.Request.Header = p.header()
	x.Request.Trailer = p.header()
	content[0] = p.body(&x.Request.Body)

	for range p.count() {
		x.Interim = append(x.Interim, runnertape.Interim{Status: int(p.varint()), Header: p.header()})
	}
	content[1] = nil
	if bits&hasResponse != 0 {
		r := &runnertape.Response{Status: int(p.varint()), Reason: p.string(), Proto: p.string(), Header: p.header(), Trailer: p.header()}
		content[1] = p.body(&r.Body)
		r.Ours = bits&isOurs != 0
		x.Response = r
	}
	if bits&hasFailure != 0 {
		x.Failure = &runnertape.Failure{Side: runnertape.Side(p.byte()), Text: p.string(), Byte: p.varint()}
	}
	if bits&hasDecoded != 0 {
		x.Decoded = &runnertape.Decoded{
			Endpoint: p.string(), JobID: p.varint(),
			Runner: runnertape.Runner{Token: p.string(), SystemID: p.string(), Version: p.string(), Executor: p.string()},
			Gist:   p.string(),
		}
		if m := p.bytes(); len(m) > 0 {
			x.Decoded.Message = append([]byte(nil), m...)
		}
	}
	if bits&hasCRC32 != 0 {
		if sum := p.take(4); len(sum) == 4 {
			x.Request.Body.CRC32 = runnertape.CRC32{Sum: binary.BigEndian.Uint32(sum), Known: true}
		}
	}
	for i, b := range bodiesOf(x) {
		if b == nil {
			continue
		}
		b.Opaque = bits&(isOpaqueRequest<<i) != 0
		if bits&(hasPassedRequest<<i) != 0 {
			copy(b.SHA256[:], p.take(uint64(len(b.SHA256))))
		}
	}
	if p.err != nil {
		return nil, fmt.Errorf("%w: %v", ErrDamaged, p.err)
	}
	return x, nil
}

func timeOf(ns int64, there uint64) time.Time {
	if there == 0 {
		return time.Time{}
	}
	return time.Unix(0, ns).UTC()
}

func (p *parser) fail(what string) {
	if p.err == nil {
		p.err = fmt.Errorf("%s, %d bytes before its end", what, len(p.rest))
	}
	p.rest = nil
}

func (p *parser) uvarint() uint64 {
	v, n := binary.Uvarint(p.rest)
	if n <= 0 {
		p.fail("no number")
		return 0
	}
	p.rest = p.rest[n:]
	return v
}

func (p *parser) varint() int64 {
	v, n := binary.Varint(p.rest)
	if n <= 0 {
		p.fail("no number")
		return 0
	}
	p.rest = p.rest[n:]
	return v
}

func (p *parser) byte() byte {
	b := p.take(1)
	if len(b) == 0 {
		return 0
	}
	return b[0]
}

// bytes is a view of the record.
func (p *parser) bytes() []byte { return p.take(p.uvarint()) }

func (p *parser) string() string { return string(p.bytes()) }

func (p *parser) take(n uint64) []byte {
	if n > uint64(len(p.rest)) {
		p.fail(fmt.Sprintf("%d bytes are missing", n-uint64(len(p.rest))))
		return nil
	}
	b := p.rest[:n:n]
	p.rest = p.rest[n:]
	return b
}

// count is a number of things of which each takes at least a byte.
func (p *parser) count() uint64 {
	n := p.uvarint()
	if n > uint64(len(p.rest)) {
		p.fail(fmt.Sprintf("a list of %d", n))
		return 0
	}
	return n
}

func (p *parser) header() runnertape.Header {
	n := p.uvarint()
	if n == 0 {
		return nil
	}
	if n-1 > uint64(len(p.rest))/2 { // a field is two strings
		p.fail(fmt.Sprintf("a header of %d fields", n-1))
		return nil
	}
	h := make(runnertape.Header, n-1)
	for i := range h {
		h[i] = runnertape.Field{Name: p.string(), Value: p.string()}
	}
	return h
}

// body reads what appendBody wrote. The content is a view of the record, and nil
// if it is not there.
func (p *parser) body(b *runnertape.Body) []byte {
	bits := p.byte()
	b.Truncated = bits&bodyTruncated != 0
	b.Rewritten = bits&bodyRewritten != 0
	b.Framing = runnertape.Framing(p.string())
	b.Declared, b.Bytes, b.Stored = p.varint(), p.varint(), p.varint()
	switch {
	case bits&bodyInlined != 0:
		return p.bytes()
	case bits&bodyDigest != 0:
		copy(b.SHA256[:], p.take(uint64(len(b.SHA256))))
	}
	return nil
}
