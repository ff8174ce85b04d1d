package main

import (
	"fmt"

	"runnertape"
	"runnertape/decode"
)

// seams looks at where one piece of a job's log ends and the next begins: a secret may lie across.
type seams struct {
	ends map[int64]*seam // by job
	edge edgeReader      // of the body that is read
}

// seam is the end of the piece of a log that came last.
type seam struct {
	exchange uint64
	size     int64  // of the piece
	next     int64  // byte of the log that comes next
	tail     []byte // last bytes of the piece
}

// maxSeams bounds the jobs whose logs are followed, and edgeBytes what is kept of each.
const (
	maxSeams  = 1000
	edgeBytes = 4 << 10
)

// edgeReader keeps the first and the last bytes of what passes.
type edgeReader struct {
	head, tail []byte
	n          int64
}

// Write implements io.Writer.
func (e *edgeReader) Write(p []byte) (int, error) {
	e.n += int64(len(p))
	e.head = append(e.head, p[:min(len(p), edgeBytes-len(e.head))]...)
	e.tail = append(e.tail, p[max(0, len(p)-edgeBytes):]...)
	e.tail = e.tail[max(0, len(e.tail)-edgeBytes):]
	return len(p), nil
}

// seam looks at the piece of a log that was read last, of exchange x, together with the one before.
func (n *scanner) seam(x *runnertape.Exchange, place leakPlace) {
	s := &n.seams
	edge := s.edge
	s.edge = edgeReader{}
	start, _, ok := decode.ParseContentRange(x.Request.Header.Get("Content-Range"))
	if !ok || edge.n == 0 {
		return
	}
	job := decode.Classify(x.Request.Method, x.Request.Path()).JobID
	if last := s.ends[job]; last != nil && last.next == start {
		for _, l := range n.secrets.Leaks(append(last.tail, edge.head...)) {
			if l.At >= len(last.tail) || l.At+l.Len <= len(last.tail) {
				continue // it is in one of them, and was told of
			}
			l.At += int(last.size) - len(last.tail)
			place.Exchange, place.Part = last.exchange, fmt.Sprintf("request body, going on in exchange %d", x.ID)
			n.leaks.add(l, place)
		}
	}
	if len(s.ends) >= maxSeams {
		clear(s.ends)
	}
	if s.ends == nil {
		s.ends = map[int64]*seam{}
	}
	s.ends[job] = &seam{exchange: x.ID, size: edge.n, next: start + edge.n, tail: edge.tail}
}
