package main

import (
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// kind is what a client is to do again and again.
type kind string

const (
	polls     kind = "poll"
	patches   kind = "patch"
	updates   kind = "update"
	mixture   kind = "mixture" // of polls and patches, jobs coming and going
	uploads   kind = "upload"
	downloads kind = "download"
	holds     kind = "hold" // polls that are not answered; the connections stay
	drop      kind = "drop" // them
)

// task is one round of work for the client. It ends after Seconds, or after Count requests.
type task struct {
	Kind    kind
	Size    int64 // of a body, in bytes
	Conns   int
	Seconds float64
	Count   int64
	Fresh   bool // a new connection for each request
	Verify  bool // hash all bodies
	Ranges  bool // patches are answered with how much of the trace is held

	Address  string // to connect to
	Way      way    // of getting from there to the upstream
	Upstream string // host:port in the requests
	CA       string // PEM file to trust; "" for no TLS
	Job      int64  // the first job id
}

// way is how a client gets to the upstream.
type way string

const (
	straight way = "straight" // what it connects to passes bytes on, or is the upstream
	forward  way = "forward"  // absolute form, or CONNECT under TLS
)

// result is what came of a task.
type result struct {
	Requests int64   // that were answered rightly
	Errors   int64   // others
	Wrong    string  // the first error
	Seconds  float64 // from the first request to the last answer
	P50, P99 float64 // latency, in microseconds
}

func clientRole(_ setup, d *driver) error {
	var held []*caller
	for {
		var t task
		if err := d.Decode(&t); err != nil {
			return err
		}
		var r *result
		switch t.Kind {
		case holds:
			held, r = hold(&t)
		case drop:
			for _, c := range held {
				c.hangUp()
			}
			held, r = nil, &result{}
		default:
			r = work(&t)
		}
		if err := d.Encode(r); err != nil {
			return err
		}
	}
}

// round is a task being done.
type round struct {
	*task
	trust   *tls.Config
	end     time.Time
	started atomic.Int64 // requests
}

func newRound(t *task) (*round, error) {
	r := &round{task: t}
	if t.CA != "" {
		roots, err := pool(t.CA)
		if err != nil {
			return nil, err
		}
		r.trust = &tls.Config{RootCAs: roots, ServerName: secureHost}
	}
	return r, nil
}

// work does a task on t.Conns connections at once.
func work(t *task) *result {
	r, err := newRound(t)
	if err != nil {
		return &result{Errors: 1, Wrong: err.Error()}
	}
	callers := make([]*caller, t.Conns)
	for i := range callers {
		callers[i] = newCaller(r, i)
		if !t.Fresh {
			callers[i].dial()
		}
	}
	began := time.Now()
	r.end = began.Add(time.Duration(t.Seconds * float64(time.Second)))
	var all sync.WaitGroup
	for _, c := range callers {
		all.Go(c.work)
	}
	all.Wait()
	sum := &result{Seconds: time.Since(began).Seconds()}
	var latencies []time.Duration
	for _, c := range callers {
		c.hangUp()
		sum.Errors += c.errors
		if c.wrong != nil {
			sum.Wrong = c.wrong.Error()
		}
		latencies = append(latencies, c.latencies...)
	}
	sum.Requests = int64(len(latencies))
	slices.Sort(latencies)
	sum.P50, sum.P99 = percentile(latencies, 50), percentile(latencies, 99)
	return sum
}

// percentile is in microseconds.
func percentile(sorted []time.Duration, p int) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return float64(sorted[(len(sorted)-1)*p/100].Nanoseconds()) / 1e3
}

// hold sends t.Conns polls that the upstream does not answer.
func hold(t *task) ([]*caller, *result) {
	r, err := newRound(t)
	if err != nil {
		return nil, &result{Errors: 1, Wrong: err.Error()}
	}
	sum := &result{}
	var held []*caller
	for i := range t.Conns {
		c := newCaller(r, i)
		c.speaker.extra = "X-Bench-Hold: 1\r\n"
		if c.dial(); c.wire == nil {
			return held, &result{Errors: 1, Wrong: c.wrong.Error()}
		}
		held = append(held, c)
		if _, err := c.wire.Write(c.speaker.appendPoll(nil)); err != nil {
			return held, &result{Errors: 1, Wrong: err.Error()}
		}
		sum.Requests++
	}
	return held, sum
}

// more tells whether another request is to be made.
func (r *round) more() bool {
	if r.Count > 0 {
		return r.started.Add(1) <= r.Count
	}
	return time.Now().Before(r.end)
}

var errDigest = errors.New("the bytes that arrived are not those that were sent")

// want compares a digest with the one that was reported, in hex.
func want(sum string, reported []byte) error {
	if sum != string(reported) {
		return fmt.Errorf("%w: SHA-256 %s, not %s", errDigest, reported, sum)
	}
	return nil
}

func hexSum(sum interface{ Sum([]byte) []byte }) []byte {
	return []byte(hex.EncodeToString(sum.Sum(nil)))
}
