package mint

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
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
	decoder   *decode.Decoder
	message   *decode.RequestJobMessage
	rules     *redact.Redactor
	secrets   []string
	seen      map[string]bool // values of secrets
	lacks     string
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
	if len(payload) > decode.MaxMessage {
		return nil, fmt.Errorf("its payload would have %d bytes, and a replay hands out %d at most", len(payload), decode.MaxMessage)
	}
	r := &Recording{header: t.header, decoder: decode.NewDecoder(t.header.Upstream)}
	if err := r.begin(t.handOut(payload), payload); err != nil {
		return nil, err
	}
	kept := t.kept
	if j.Clone != nil {
		project := p.GitInfo.Project()
		kept = slices.DeleteFunc(slices.Clone(kept), func(k part) bool { return k.isGit(project) })
		calls, err := t.clone(j.Clone, p)
		if err != nil {
			return nil, err
		}
		for _, call := range calls { // the token of a payload may be too short to be seen in it
			r.rules.HeadLeaks(call.x, func(_ string, l redact.Leak) { r.leak(l) })
		}
		kept = slices.Concat(calls, kept)
	}
	r.lacks = t.lacks(*p, kept)
	for _, k := range kept {
		if _, err := r.add(k); err != nil {
			return nil, err
		}
	}
	if j.Expect != nil {
		_, err = r.add(t.end(p, *j.Expect, r.last()))
	}
	return r, err
}

// add gives a part its number, and decodes it.
func (r *Recording) add(p part) (decode.Message, error) {
	x := *p.x
	x.ID = uint64(len(r.exchanges) + 1)
	decoded, m, err := r.decoder.DecodeFrom(&x, p.open)
	if err != nil {
		return nil, err
	}
	x.Decoded = decoded
	r.exchanges, r.bodies = append(r.exchanges, &x), append(r.bodies, p)
	return m, nil
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

// begin adds the 201, and looks at the payload as a runner does that gets it, and as one does who wants to share it.
func (r *Recording) begin(handOut part, payload []byte) error {
	m, err := r.add(handOut)
	if err != nil {
		return err
	}
	var ok bool
	if r.message, ok = m.(*decode.RequestJobMessage); !ok {
		return errors.New("the template is not of GitLab's answer to POST /api/v4/jobs/request")
	}
	r.rules, r.seen = redact.New(r.header.Key), map[string]bool{}
	r.rules.LearnJSON(payload)
	_, err = r.rules.BodyLeaks(r.exchanges[0], runnertape.ResponseSide, bytes.NewReader(payload), r.leak)
	return err
}

// leak counts a secret.
func (r *Recording) leak(l redact.Leak) {
	if !r.seen[l.Value] {
		r.seen[l.Value] = true
		r.secrets, r.header.Redacted = append(r.secrets, l.Kind), false
	}
}

// Secrets are the values in the payload that redaction would put stand-ins for, each as what package redact calls it.
func (r *Recording) Secrets() []string { return r.secrets }

// Lacks is the path of the project that the job clones and of which the recording has nothing, so that it fails; "" if there is none.
func (r *Recording) Lacks() string { return r.lacks }

// Message is what a runner is told with the job. Its fields Lost and Fails say what runners make of a payload that is
// wrong.
func (r *Recording) Message() *decode.RequestJobMessage { return r.message }

// Header is what holds for the whole recording.
func (r *Recording) Header() runnertape.Recording { return r.header }

// Close does nothing: what a template reads of is not the Recording's.
func (r *Recording) Close() error { return nil }

// Exchanges are all exchanges in order, decoded.
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
	return r.bodies[id-1].open(side)
}
