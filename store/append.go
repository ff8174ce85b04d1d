package store

import (
	"encoding/binary"
	"math"
	"time"

	"runnertape"
)

// inlined is the content of an exchange's bodies that its own record holds:
// request, response. nil means that the content, if any, is in chunks.
type inlined [2][]byte

// appendRecord writes all of x but its id. JSON would cost more time than
// compressing does, and would lose bytes that are not UTF-8, which header fields
// may have.
func appendRecord(b []byte, x *runnertape.Exchange, content *inlined) []byte {
	b = binary.AppendUvarint(b, presence(x))
	b = appendString(b, string(x.State))
	b = appendString(b, string(x.Way))
	b = binary.AppendUvarint(b, x.Conn)
	b = appendString(b, x.Client)
	b = appendString(b, x.Scheme)
	b = appendString(b, x.Host)
	started := nanoseconds(x.Started)
	b = binary.AppendVarint(b, started)
	b = binary.AppendVarint(b, nanoseconds(x.Replied)-started)
	b = binary.AppendVarint(b, nanoseconds(x.Ended)-started)

	b = appendString(b, x.Request.Method)
	b = appendString(b, x.Request.Target)
	b = appendString(b, x.Request.Proto)
	b = appendHeader(b, x.Request.Header)
	b = appendHeader(b, x.Request.Trailer)
	b = appendBody(b, &x.Request.Body, content[0])

	b = binary.AppendUvarint(b, uint64(len(x.Interim)))
	for i := range x.Interim {
		b = binary.AppendVarint(b, int64(x.Interim[i].Status))
		b = appendHeader(b, x.Interim[i].Header)
	}
	if r := x.Response; r != nil {
		b = binary.AppendVarint(b, int64(r.Status))
		b = appendString(b, r.Reason)
		b = appendString(b, r.Proto)
		b = appendHeader(b, r.Header)
		b = appendHeader(b, r.Trailer)
		b = appendBody(b, &r.Body, content[1])
	}
	if f := x.Failure; f != nil {
		b = append(b, byte(f.Side))
		b = appendString(b, f.Text)
		b = binary.AppendVarint(b, f.Byte)
	}
	if d := x.Decoded; d != nil {
		b = appendString(b, d.Endpoint)
		b = binary.AppendVarint(b, d.JobID)
		b = appendString(b, d.Runner.Token)
		b = appendString(b, d.Runner.SystemID)
		b = appendString(b, d.Runner.Version)
		b = appendString(b, d.Runner.Executor)
		b = appendString(b, d.Gist)
		b = appendString(b, d.Message)
	}
	if c := x.Request.Body.CRC32; c.Known {
		b = binary.BigEndian.AppendUint32(b, c.Sum)
	}
	for _, body := range bodiesOf(x) {
		if passed(body) {
			b = append(b, body.SHA256[:]...)
		}
	}
	return b
}

// What a record has, as bits of its first number.
const (
	hasStarted = 1 << iota
	hasReplied
	hasEnded
	hasResponse
	hasFailure
	hasDecoded
	isOurs
	hasCRC32 // of the request body, at the end of the record
	isOpaqueRequest
	isOpaqueResponse
	hasPassedRequest  // digest of a request body that was dropped, behind the CRC-32
	hasPassedResponse // the same of the response body, behind that
)

func presence(x *runnertape.Exchange) uint64 {
	var bits uint64
	set := func(bit uint64, there bool) {
		if there {
			bits |= bit
		}
	}
	set(hasStarted, !x.Started.IsZero())
	set(hasReplied, !x.Replied.IsZero())
	set(hasEnded, !x.Ended.IsZero())
	set(hasResponse, x.Response != nil)
	set(hasFailure, x.Failure != nil)
	set(hasDecoded, x.Decoded != nil)
	set(hasCRC32, x.Request.Body.CRC32.Known)
	bodies := bodiesOf(x)
	set(isOpaqueRequest, bodies[0].Opaque)
	set(isOpaqueResponse, bodies[1] != nil && bodies[1].Opaque)
	set(hasPassedRequest, passed(bodies[0]))
	set(hasPassedResponse, passed(bodies[1]))
	set(isOurs, x.Response != nil && x.Response.Ours)
	return bits
}

// passed tells whether the digest of b is of what passed and is known. It is not in the place of
// other digests, where programs from before would hold it against the content that there is not.
func passed(b *runnertape.Body) bool {
	return b != nil && b.Dropped() && b.SHA256 != (runnertape.Digest{})
}

// The times that can be kept, of the years 1677 to 2262.
var firstTime, lastTime = time.Unix(0, math.MinInt64), time.Unix(0, math.MaxInt64)

// nanoseconds is 0 for a time that is not set; presence tells it from 1970. Of a time that cannot be kept it is
// the nearest that can: packet captures may say anything.
func nanoseconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	switch {
	case t.Before(firstTime):
		t = firstTime
	case t.After(lastTime):
		t = lastTime
	}
	return t.UnixNano()
}

func appendString[T ~string | ~[]byte](b []byte, s T) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// appendHeader writes the number of fields plus one, or 0 for nil.
func appendHeader(b []byte, h runnertape.Header) []byte {
	if h == nil {
		return append(b, 0)
	}
	b = binary.AppendUvarint(b, uint64(len(h))+1)
	for i := range h {
		b = appendString(b, h[i].Name)
		b = appendString(b, h[i].Value)
	}
	return b
}

// What is known of a body, as bits.
const (
	bodyTruncated = 1 << iota
	bodyRewritten
	bodyInlined // its content follows, from which the digest is computed
	bodyDigest  // its digest follows
)

func appendBody(b []byte, body *runnertape.Body, content []byte) []byte {
	var bits byte
	if body.Truncated {
		bits |= bodyTruncated
	}
	if body.Rewritten {
		bits |= bodyRewritten
	}
	if content != nil {
		bits |= bodyInlined
	} else if body.SHA256 != (runnertape.Digest{}) && !body.Dropped() {
		bits |= bodyDigest
	}
	b = append(b, bits)
	b = appendString(b, string(body.Framing))
	b = binary.AppendVarint(b, body.Declared)
	b = binary.AppendVarint(b, body.Bytes)
	b = binary.AppendVarint(b, body.Stored)
	switch {
	case bits&bodyInlined != 0:
		b = appendString(b, content)
	case bits&bodyDigest != 0:
		b = append(b, body.SHA256[:]...)
	}
	return b
}
