package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"runnertape"
	"runnertape/decode"
	"runnertape/fixtures"
	"runnertape/store"
)

// saveRecording writes a recording that is nowhere yet, in the form that the name to says. Its exchanges need not be decoded.
func saveRecording(to string, stdout io.Writer, src fixtures.Source) error {
	if to == "-" || filepath.Ext(to) == ".txtar" {
		return toOutput(to, stdout, func(w io.Writer) error {
			if err := fixtures.Write(w, src); err != nil {
				return fmt.Errorf("write %s: %w", to, err)
			}
			return nil
		})
	}
	return makeRecording(to, src.Header(), func(w *store.Writer) error {
		decoder := newDecoder(src.Header())
		for x, err := range src.Exchanges() {
			if err == nil {
				err = saveExchange(w, src, x, decoder)
			}
			if err != nil {
				return err
			}
		}
		return w.Commit()
	}, func(path string) error { return takeName(path, to) })
}

// saveExchange writes one that has ended.
func saveExchange(w *store.Writer, src fixtures.Source, x *runnertape.Exchange, decoder *decode.Decoder) error {
	endpoint := decode.Classify(x.Request.Method, x.Request.Path()).Endpoint
	var bodies decode.Bodies
	for _, b := range []struct {
		side runnertape.Side
		head *[]byte
	}{{runnertape.RequestSide, &bodies.Request}, {runnertape.ResponseSide, &bodies.Response}} {
		body, err := src.Body(x.ID, b.side)
		if err != nil {
			return err
		}
		head := &headBuffer{limit: decode.Wants(endpoint, b.side)}
		_, err = io.Copy(io.MultiWriter(savedBody{w, x.ID, b.side}, head), body)
		if err := errors.Join(err, body.Close()); err != nil {
			return err
		}
		*b.head = head.bytes
	}
	x.Decoded, _ = decoder.Decode(x, bodies)
	return w.Put(x)
}

// savedBody is a body as a recording takes it.
type savedBody struct {
	w    *store.Writer
	id   uint64
	side runnertape.Side
}

// Write implements io.Writer.
func (b savedBody) Write(p []byte) (int, error) {
	if err := b.w.Write(b.id, b.side, p); err != nil {
		return 0, err
	}
	return len(p), nil
}

// headBuffer keeps the first bytes of what is written.
type headBuffer struct {
	limit int64
	bytes []byte
}

// Write implements io.Writer. It has no errors.
func (h *headBuffer) Write(p []byte) (int, error) {
	h.bytes = append(h.bytes, p[:min(int64(len(p)), h.limit-int64(len(h.bytes)))]...)
	return len(p), nil
}
