package mint

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"runnertape"
	"runnertape/decode"
	"runnertape/redact"
)

// Recording is one that was minted: a source for package fixtures and others. It is safe for concurrent use. What a template took
// from a recording, and the answers of a clone, are read there when they are asked for.
type Recording struct {
	header    runnertape.Recording
	exchanges []*runnertape.Exchange // by id, from 1
	bodies    []part
	message   *decode.RequestJobMessage
	secrets   []string
}

// part is an exchange with its bodies; nil for none.
type part struct {
	x                 *runnertape.Exchange
	request, response opener
}

// opener opens a body.
type opener func() (io.ReadCloser, error)

func content(b []byte) opener {
	return func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }
}

// Mint makes the recording of a job. The error says what of the template cannot be changed so, or what could not be read.
func (t *Template) Mint(j Job) (*Recording, error) {
	payload, err := t.edited(j)
	if err != nil {
		return nil, err
	}
	p, err := decode.ParseJobPayload(payload)
	if err != nil {
		return nil, err
	}
	r := &Recording{header: t.header}
	r.add(t.handOut(payload))
	if err := r.learn(payload); err != nil {
		return nil, err
	}
	kept := t.kept
	if j.Clone != nil {
		project := projectOf(p.GitInfo.RepoURL)
		calls, err := t.clone(j.Clone, p)
		if err != nil {
			return nil, err
		}
		for _, c := range calls {
			r.add(c)
		}
		kept = nil
		for _, k := range t.kept {
			if !k.isGit(project) {
				kept = append(kept, k)
			}
		}
	}
	for _, k := range kept {
		r.add(k)
	}
	if j.Expect != nil {
		r.add(t.end(p, *j.Expect, r.last()))
	}
	return r, nil
}

// add gives a part its number.
func (r *Recording) add(p part) {
	x := *p.x
	x.ID = uint64(len(r.exchanges) + 1)
	p.x = &x
	r.exchanges, r.bodies = append(r.exchanges, &x), append(r.bodies, p)
}

// last is when the last exchange ended.
func (r *Recording) last() (last time.Time) {
	for _, x := range r.exchanges {
		if x.Ended.After(last) {
			last = x.Ended
		}
	}
	return last
}

// learn looks at the payload as a runner does that gets it, and as one does who wants to share it.
func (r *Recording) learn(payload []byte) error {
	asked, err := read(r.bodies[0].request)
	if err != nil {
		return err
	}
	upstreams := []string{}
	if r.header.Upstream != "" {
		upstreams = append(upstreams, r.header.Upstream)
	}
	_, m := decode.NewDecoder(upstreams...).Decode(r.exchanges[0], decode.Bodies{Request: asked, Response: payload})
	var ok bool
	if r.message, ok = m.(*decode.RequestJobMessage); !ok {
		return errors.New("its template asks for no job")
	}
	rules := redact.New(r.header.Key)
	rules.LearnJSON(payload)
	seen := map[string]bool{}
	_, err = rules.BodyLeaks(r.exchanges[0], runnertape.ResponseSide, bytes.NewReader(payload), func(l redact.Leak) {
		if !seen[l.Value] {
			seen[l.Value] = true
			r.secrets = append(r.secrets, l.Kind)
		}
	})
	r.header.Redacted = r.header.Redacted && len(r.secrets) == 0
	return err
}

func read(open opener) ([]byte, error) {
	if open == nil {
		return nil, nil
	}
	body, err := open()
	if err != nil {
		return nil, err
	}
	defer body.Close()
	return io.ReadAll(body)
}

// Secrets are the values in the payload that redaction would put stand-ins for, each as what package redact calls it.
func (r *Recording) Secrets() []string { return r.secrets }

// Message is what a runner is told with the job. Its fields Lost and Fails say what runners make of a payload that is
// wrong.
func (r *Recording) Message() *decode.RequestJobMessage { return r.message }

// Header is what holds for the whole recording.
func (r *Recording) Header() runnertape.Recording { return r.header }

// Exchanges are all exchanges in order. They are not decoded.
func (r *Recording) Exchanges() iter.Seq2[*runnertape.Exchange, error] {
	return func(yield func(*runnertape.Exchange, error) bool) {
		for _, x := range r.exchanges {
			own := *x
			if !yield(&own, nil) {
				return
			}
		}
	}
}

// Body opens the content of one side of an exchange.
func (r *Recording) Body(id uint64, side runnertape.Side) (io.ReadCloser, error) {
	if id == 0 || id > uint64(len(r.bodies)) {
		return nil, fmt.Errorf("exchange %d: %w", id, runnertape.ErrNoExchange)
	}
	open := r.bodies[id-1].request
	if side == runnertape.ResponseSide {
		open = r.bodies[id-1].response
	}
	if open == nil {
		open = content(nil)
	}
	return open()
}

// bodyOf describes a body with that content and Content-Length.
func bodyOf(b []byte) runnertape.Body {
	n := int64(len(b))
	return runnertape.Body{Framing: runnertape.Length, Declared: n, Bytes: n, Stored: n, SHA256: sha256.Sum256(b)}
}

// chunkedOf describes a body with the content of r in chunks.
func chunkedOf(open opener) (runnertape.Body, error) {
	r, err := open()
	if err != nil {
		return runnertape.Body{}, err
	}
	defer r.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, r)
	b := runnertape.Body{Framing: runnertape.Chunked, Bytes: n, Stored: n}
	sum.Sum(b.SHA256[:0])
	return b, err
}

// header is fields, given as names and values in turn.
func header(pairs ...string) runnertape.Header {
	var h runnertape.Header
	for i := 0; i < len(pairs); i += 2 {
		h = append(h, runnertape.Field{Name: pairs[i], Value: pairs[i+1]})
	}
	return h
}
