package main

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"runnertape"
	"runnertape/fixtures"
)

// madeUp is a recording of exchanges that never were.
type madeUp struct {
	exchanges []*runnertape.Exchange
	bodies    map[uint64][2][]byte
	held      map[string]int64 // bytes of each trace that was patched
	read      func(file string) string
}

// doMakeUp is `makeup STORY OUT.txtar`: writes a text recording of the exchanges in STORY, one a line,
//
//	AT TOOK METHOD TARGET [in=BODY] [NAME=VALUE…] → STATUS [out=BODY] [NAME=VALUE…] [repeat=N every=TIME]
//
// AT is counted from 2026-11-23 10:00 UTC. BODY is text without blanks, @FILE, @FILE:form for its content as an artifact
// of that name (the field Content-Type=multipart/form-data;boundary=b must be there), @FILE:quoted for the Go strings
// that are its lines, or 100x for so many bytes.
// NAME is of a field of that side's header. Without Content-Range a PATCH goes on where the last one of its
// target ended. STATUS is "lost" if the upstream broke off, "open" if the exchange has not ended.
func doMakeUp(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: makeup STORY OUT.txtar")
	}
	m := &madeUp{bodies: map[uint64][2][]byte{}, held: map[string]int64{}, read: ts.ReadFile}
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			ts.Check(m.add(line))
		}
	}
	var b bytes.Buffer
	ts.Check(fixtures.Write(&b, m))
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), b.Bytes(), 0o600))
}

func (m *madeUp) Header() runnertape.Recording {
	return runnertape.Recording{Created: makeUpStart, Program: "makeup", Upstream: "http://gitlab.test"}
}

var makeUpStart = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

func (m *madeUp) Exchanges() iter.Seq2[*runnertape.Exchange, error] {
	return func(yield func(*runnertape.Exchange, error) bool) {
		for _, x := range m.exchanges {
			if !yield(x, nil) {
				return
			}
		}
	}
}

func (m *madeUp) Body(id uint64, side runnertape.Side) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(m.bodies[id][side-1])), nil
}

func (m *madeUp) add(line string) error {
	request, response, _ := strings.Cut(line, " → ")
	words, answer := strings.Fields(request), strings.Fields(response)
	if len(words) < 4 || len(answer) < 1 {
		return fmt.Errorf("no exchange: %s", line)
	}
	at, err1 := time.ParseDuration(words[0])
	took, err2 := time.ParseDuration(words[1])
	if err1 != nil || err2 != nil {
		return fmt.Errorf("no times: %s", line)
	}
	repeat, every := 1, time.Duration(0)
	for _, word := range answer {
		if n, ok := strings.CutPrefix(word, "repeat="); ok {
			repeat, err1 = strconv.Atoi(n)
		}
		if d, ok := strings.CutPrefix(word, "every="); ok {
			every, err2 = time.ParseDuration(d)
		}
	}
	if err1 != nil || err2 != nil {
		return fmt.Errorf("no repetition: %s", line)
	}
	for i := range repeat {
		began := makeUpStart.Add(at + time.Duration(i)*every)
		m.exchange(began, began.Add(took), words[2], words[3], words[4:], answer)
	}
	return nil
}

func (m *madeUp) exchange(began, ended time.Time, method, target string, said, answer []string) {
	x := &runnertape.Exchange{
		ID: uint64(len(m.exchanges) + 1), State: runnertape.Done, Way: runnertape.Reverse, Conn: 1, Scheme: "http", Host: "gitlab.test",
		Started: began, Replied: ended, Ended: ended,
	}
	header, sent := m.side(said)
	if method == "PATCH" && !header.Has("Content-Range") {
		start := m.held[target]
		m.held[target] = start + int64(len(sent))
		header = append(header, runnertape.Field{Name: "Content-Range", Value: fmt.Sprintf("%d-%d", start, m.held[target]-1)})
	}
	x.Request = runnertape.Request{Method: method, Target: target, Proto: "HTTP/1.1", Header: header, Body: lengthOf(sent)}
	fields, got := m.side(answer[1:])
	switch status, err := strconv.Atoi(answer[0]); {
	case err == nil:
		x.Response = &runnertape.Response{Status: status, Proto: "HTTP/1.1", Header: fields, Body: lengthOf(got)}
	case answer[0] == "open":
		x.State, x.Replied, x.Ended = runnertape.InFlight, time.Time{}, time.Time{}
	default:
		x.Replied, x.Failure = time.Time{}, &runnertape.Failure{Side: runnertape.ResponseSide, Text: "connection reset by peer"}
	}
	m.exchanges = append(m.exchanges, x)
	m.bodies[x.ID] = [2][]byte{sent, got}
}

func lengthOf(content []byte) runnertape.Body {
	n := int64(len(content))
	return runnertape.Body{Framing: runnertape.Length, Declared: n, Bytes: n, Stored: n}
}

// side is the header and the body that settings make.
func (m *madeUp) side(words []string) (h runnertape.Header, body []byte) {
	for _, word := range words {
		switch name, value, _ := strings.Cut(word, "="); name {
		case "in", "out":
			body = m.body(value)
		case "repeat", "every":
		default:
			h = append(h, runnertape.Field{Name: name, Value: value})
		}
	}
	return h, body
}

func (m *madeUp) body(text string) []byte {
	file, isFile := strings.CutPrefix(text, "@")
	if !isFile {
		if n, err := strconv.Atoi(strings.TrimSuffix(text, "x")); err == nil {
			return bytes.Repeat([]byte("x"), n)
		}
		return []byte(text)
	}
	file, how, _ := strings.Cut(file, ":")
	content := m.read(file)
	switch how {
	case "form":
		return fmt.Appendf(nil, "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=%q\r\n"+
			"Content-Type: application/octet-stream\r\n\r\n%s\r\n--b--\r\n", file, content)
	case "quoted":
		var b []byte
		for line := range strings.Lines(content) {
			part, err := strconv.Unquote(strings.TrimSpace(line))
			if err != nil {
				panic(fmt.Sprintf("%s: no Go string: %s", file, line))
			}
			b = append(b, part...)
		}
		return b
	}
	return []byte(content)
}
