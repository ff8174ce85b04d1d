package http1

import "runnertape"

// maxLine bounds the line that begins a chunk, and maxTrailer all trailers of a body.
const (
	maxLine    = 64 << 10
	maxTrailer = 1 << 20
)

// Body finds the end of a body and the content in it.
type Body struct {
	framing runnertape.Framing
	left    int64 // content that is still to come: of the body, or of the chunk
	at      place
	digits  int    // of the chunk size that were read
	line    int    // bytes of the line that is being read
	trailer []byte // lines after the last chunk, with the empty one
}

// place is where in a chunked body the next byte stands.
type place uint8

const (
	inSize      place = iota // hex digits
	inExtension              // rest of the line with the size
	inData
	afterData // line end behind a chunk's content
	inTrailer
)

// Span is a piece of content.
type Span struct{ From, To int }

// NewBody expects a body with that framing.
func NewBody(b runnertape.Body) *Body {
	body := &Body{framing: b.Framing}
	if b.Framing == runnertape.Length {
		body.left = b.Declared
	}
	return body
}

// Next reads the next bytes p of the wire. The first n of them belong to the
// body; the content among them is appended to spans. After the end of the body
// done is true. The error says that this is not how the framing continues.
func (b *Body) Next(p []byte, spans []Span) (n int, content []Span, done bool, err error) {
	switch b.framing {
	case runnertape.Length:
		n = int(min(int64(len(p)), b.left))
		b.left -= int64(n)
		return n, addSpan(spans, 0, n), b.left == 0, nil
	case runnertape.ToClose:
		return len(p), addSpan(spans, 0, len(p)), false, nil
	case runnertape.Chunked:
		return b.chunks(p, spans)
	}
	return 0, spans, true, nil
}

// Trailer are the fields after a chunked body, once it is done.
func (b *Body) Trailer() (runnertape.Header, error) {
	if len(b.trailer) <= len("\r\n") {
		return nil, nil
	}
	return parseFields(string(b.trailer))
}

// TrailerLines are the lines after the last chunk, the empty one included.
func (b *Body) TrailerLines() []byte { return b.trailer }

// Coming is how much content is known to come at least.
func (b *Body) Coming() int64 { return b.left }

func addSpan(spans []Span, from, to int) []Span {
	if from == to {
		return spans
	}
	return append(spans, Span{from, to})
}

func (b *Body) chunks(p []byte, spans []Span) (n int, content []Span, done bool, err error) {
	for i := 0; i < len(p); {
		if b.at == inData {
			n := int(min(int64(len(p)-i), b.left))
			spans = addSpan(spans, i, i+n)
			i += n
			if b.left -= int64(n); b.left == 0 {
				b.at, b.line = afterData, 0
			}
			continue
		}
		c := p[i]
		i++
		if b.line++; b.line > maxLine {
			return i, spans, false, SyntaxError("chunked framing is broken: a line is too long")
		}
		switch b.at {
		case inSize:
			if err := b.size(c); err != nil {
				return i, spans, false, err
			}
		case inExtension:
			if c == '\n' {
				b.sized()
			}
		case afterData:
			switch {
			case c == '\n':
				b.at, b.line = inSize, 0
			case c != '\r' || b.line > 1:
				return i, spans, false, SyntaxError("chunked framing is broken: a chunk is longer than its size")
			}
		case inTrailer:
			b.trailer = append(b.trailer, c)
			if c == '\n' {
				if b.line == 1 || b.line == 2 && b.trailer[len(b.trailer)-2] == '\r' {
					return i, spans, true, nil
				}
				b.line = 0
			}
			if len(b.trailer) > maxTrailer {
				return i, spans, false, SyntaxError("chunked framing is broken: its trailers are too long")
			}
		}
	}
	return len(p), spans, false, nil
}

// size reads a byte of the line with a chunk's size.
func (b *Body) size(c byte) error {
	digit := -1
	switch {
	case '0' <= c && c <= '9':
		digit = int(c - '0')
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		digit = int(c|0x20-'a') + 10
	}
	switch {
	case digit >= 0 && b.left>>58 == 0:
		b.left = b.left<<4 | int64(digit)
		b.digits++
		return nil
	case digit >= 0 || b.digits == 0:
		return SyntaxError("chunked framing is broken: no size where one must be")
	case c == '\n':
		b.sized()
	case c == ';' || c == '\r' || c == ' ' || c == '\t':
		b.at = inExtension
	default:
		return SyntaxError("chunked framing is broken: no size where one must be")
	}
	return nil
}

// sized ends the line with a chunk's size.
func (b *Body) sized() {
	b.at, b.digits, b.line = inData, 0, 0
	if b.left == 0 {
		b.at = inTrailer
	}
}
