package main

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"sync/atomic"
	"time"
)

// addresses are where the upstream listens.
type addresses struct{ Plain, Secure string }

// heldQuestion asks the upstream to wait until so many polls are held, but not for ever.
type heldQuestion struct{ Polls int64 }

const patience = 10 * time.Second

// upstream is GitLab as far as this benchmark needs one.
type upstream struct{ held atomic.Int64 }

func upstreamRole(s setup, d *driver) error {
	u := &upstream{}
	cert, err := tls.LoadX509KeyPair(s.Certs.Leaf, s.Certs.LeafKey)
	if err != nil {
		return err
	}
	plain, err := listen()
	if err != nil {
		return err
	}
	secure, err := listen()
	if err != nil {
		return err
	}
	go u.accept(plain)
	go u.accept(tls.NewListener(secure, &tls.Config{Certificates: []tls.Certificate{cert}}))
	if err := d.Encode(addresses{plain.Addr().String(), secure.Addr().String()}); err != nil {
		return err
	}
	for {
		var q heldQuestion
		if err := d.Decode(&q); err != nil {
			return err
		}
		until(patience, func() bool { return u.held.Load() == q.Polls })
		if err := d.Encode(u.held.Load()); err != nil {
			return err
		}
	}
}

func listen() (net.Listener, error) { return net.Listen("tcp", "127.0.0.1:0") }

// until asks again and again whether it is so, and says whether it was in time.
func until(limit time.Duration, so func() bool) bool {
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if so() {
			return true
		}
	}
	return false
}

func (u *upstream) accept(ln net.Listener) {
	for {
		c, err := ln.Accept()
		if err != nil {
			return
		}
		go u.serve(newWire(c))
	}
}

func (u *upstream) serve(w *wire) {
	defer w.Close()
	var h head
	for w.readHead(&h) == nil && u.answer(w, &h) == nil && !h.close {
	}
}

func (u *upstream) answer(w *wire, h *head) error {
	var sum hash.Hash
	var to io.Writer
	if h.verify {
		sum = sha256.New()
		to = sum
	}
	n, err := w.readBody(h, to)
	if err != nil {
		return err
	}
	if h.hold {
		u.held.Add(1)
		defer u.held.Add(-1)
		_, err := w.in.Peek(1) // until the client leaves
		return errors.Join(errStrange, err)
	}
	w.out = w.out[:0]
	switch {
	case h.call == pollCall:
		w.out = noJob.appendTo(w.out)
	case h.call == patchCall && h.to-h.from+1 == n:
		w.out = accepted.appendTo(w.out)
		w.out = fmt.Appendf(w.out, "Range: 0-%d\r\nContent-Length: %d\r\n", h.to+1, len(patchedBody))
	case h.call == patchCall:
		_, err := w.Write(append(refused.appendTo(w.out), "\r\n"...))
		return err
	case h.call == uploadCall:
		w.out = created.appendTo(w.out)
	case h.call == downloadCall:
		w.out = artifacts.appendTo(w.out)
		w.out = fmt.Appendf(w.out, "Content-Length: %d\r\n", h.size)
	}
	if h.verify {
		w.out = fmt.Appendf(w.out, "X-Bench-Sha256: %s\r\n", hex.EncodeToString(sum.Sum(nil)))
	}
	w.out = append(append(w.out, "\r\n"...), answerBody(h.call)...)
	if _, err = w.Write(w.out); err == nil && h.call == downloadCall {
		err = newNoise(h.size, false).writeTo(w, nil)
	}
	return err
}

// answerBody is the body of an answer, but for that of a download.
func answerBody(c call) string {
	switch c {
	case patchCall:
		return patchedBody
	case uploadCall:
		return "201"
	}
	return ""
}

// idDigits stand for an id in the text of an answer.
const idDigits = "00000000000000000000000000000000"

// answerHead is the head of an answer. Ids differ from answer to answer, or a recording
// of them would compress better than one of GitLab's.
type answerHead struct {
	text string
	ids  []int
}

func newAnswerHead(text string) answerHead {
	a := answerHead{text: text}
	for at := 0; ; at += len(idDigits) {
		i := strings.Index(text[at:], idDigits)
		if i < 0 {
			return a
		}
		at += i
		a.ids = append(a.ids, at)
	}
}

func (a *answerHead) appendTo(to []byte) []byte {
	start := len(to)
	to = append(to, a.text...)
	var raw [len(idDigits) / 2]byte
	for i := 0; i < len(raw); i += 8 {
		for j, x := 0, rand.Uint64(); j < 8; j++ {
			raw[i+j] = byte(x >> (8 * j))
		}
	}
	for _, at := range a.ids {
		hex.Encode(to[start+at:], raw[:])
	}
	return to
}
