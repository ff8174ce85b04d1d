package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"runnertape"
	"runnertape/decode"
	"runnertape/store"
)

// copyExchange puts an exchange of another recording, which has it as id, into w, with its bodies.
func copyExchange(w *store.Writer, src recording, id uint64, x *runnertape.Exchange) error {
	if r, ok := src.(*store.Reader); ok {
		return w.Copy(r, id, x)
	}
	for _, side := range []runnertape.Side{runnertape.RequestSide, runnertape.ResponseSide} {
		if err := copyBody(src, id, w, x.ID, side); err != nil {
			return err
		}
	}
	return w.Put(x)
}

// copyAll puts exchanges of another recording into w, as they are, and counts them.
func copyAll(w *store.Writer, src recording, all exchanges, n *copyCount) error {
	for x, err := range all {
		if err == nil {
			err = copyExchange(w, src, x.ID, x)
		}
		if err != nil {
			return err
		}
		n.see(x)
	}
	return nil
}

// bodySink takes bodies piece by piece, as a Writer or a redact.Sink.
type bodySink interface {
	Write(id uint64, side runnertape.Side, p []byte) error
}

// copyBody gives a body of exchange from to a sink, as that of exchange id.
func copyBody(src recording, from uint64, sink bodySink, id uint64, side runnertape.Side) error {
	body, err := src.Body(from, side)
	if err != nil {
		return err
	}
	_, err = io.Copy(bodyWriter{sink, id, side}, body)
	return errors.Join(err, body.Close())
}

// bodyWriter is one body, as a sink takes it.
type bodyWriter struct {
	sink bodySink
	id   uint64
	side runnertape.Side
}

// Write implements io.Writer.
func (b bodyWriter) Write(p []byte) (int, error) {
	if err := b.sink.Write(b.id, b.side, p); err != nil {
		return 0, err
	}
	return len(p), nil
}

// refuseUnfinished refuses to copy of a recording in which secrets may be left: a copy would not tell of them.
func refuseUnfinished(src recording, path string) error {
	r, ok := src.(*store.Reader)
	if !ok {
		return nil
	}
	problem, err := r.Unfinished()
	if err == nil && problem != "" {
		err = fmt.Errorf("%s: %s", path, problem)
	}
	return err
}

// copyError is why no copy was made.
func copyError(doing string, err error) error {
	if errors.Is(err, errInterrupted) {
		return fmt.Errorf("%s: %w; nothing was made", doing, errInterrupted)
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// copyCount counts exchanges.
type copyCount struct {
	exchanges int64
	jobs      int64 // handed out
	endpoints map[string]int64
}

func newCopyCount() *copyCount { return &copyCount{endpoints: map[string]int64{}} }

func (n *copyCount) see(x *runnertape.Exchange) {
	if x.Decoded != nil {
		n.seeCall(decode.Endpoint(x.Decoded.Endpoint), x.Decoded.JobID)
	} else {
		n.seeCall(decode.Classify(x.Request.Method, x.Request.Path()).Endpoint, 0)
	}
}

func (n *copyCount) seeCall(endpoint decode.Endpoint, job int64) {
	n.exchanges++
	n.endpoints[string(endpoint)]++
	if endpoint == decode.RequestJob && job != 0 {
		n.jobs++
	}
}

// String is like "200 request_job, 3 git".
func (n *copyCount) String() string {
	names := slices.SortedFunc(maps.Keys(n.endpoints), func(a, b string) int {
		return cmp.Or(cmp.Compare(n.endpoints[b], n.endpoints[a]), strings.Compare(a, b))
	})
	var parts []string
	for _, name := range names {
		parts = append(parts, fmt.Sprintf("%d %s", n.endpoints[name], name))
	}
	return strings.Join(parts, ", ")
}
