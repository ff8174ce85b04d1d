package proxy

import (
	"strings"
	"testing"

	"runnertape"
)

func TestUpstreamIsDown(t *testing.T) {
	ln := listen(t)
	addr := ln.Addr().String()
	ln.Close()
	r := newRig(t, "http://"+addr)
	for i, way := range ways[:2] {
		client := r.dial(way)
		client.send("POST " + r.target(way, "/") + " HTTP/1.1\nHost: x\nContent-Length: 2\nConnection: close\n\nhi")
		if head := client.head(); !strings.HasPrefix(head, "HTTP/1.1 502 Bad Gateway\n") {
			t.Errorf("client got\n%s", head)
		}
		text, _ := client.rest()
		if !strings.HasPrefix(text, "runnertape: cannot reach "+addr+": dial: ") {
			t.Errorf("client got %q", text)
		}
		id := uint64(i + 1)
		x := r.sink.done(id)
		if x.Response == nil || !x.Response.Ours || x.Status() != 502 || r.sink.body(id, runnertape.ResponseSide) != text {
			t.Errorf("recorded %+v", x.Response)
		}
		if f := x.Failure; f == nil || f.Side != runnertape.ResponseSide || x.Request.Body.Bytes != 2 || x.Request.Body.Truncated {
			t.Errorf("recorded %+v, %d bytes", f, x.Request.Body.Bytes)
		}
	}
	client := r.dial(runnertape.Reverse)
	client.send("HEAD / HTTP/1.1\nHost: x\n\n")
	client.head()
	if x := r.sink.done(3); x.Response.Body.Bytes != 0 || x.Status() != 502 {
		t.Errorf("HEAD: recorded %+v", x.Response)
	}
	if n := r.log.count("cannot reach " + addr); n != 1 {
		t.Errorf("%d lines say that it is lost", n)
	}
}

// Where there is a CONNECT, it is what fails.
func TestUpstreamIsDownOnConnect(t *testing.T) {
	ln := listen(t)
	addr := ln.Addr().String()
	ln.Close()
	r := newRig(t, "https://"+addr)
	client := r.dial(runnertape.Reverse)
	client.send("CONNECT " + addr + " HTTP/1.1\nHost: " + addr + "\nUser-Agent: gitlab-runner\n\n")
	if head := client.head(); !strings.HasPrefix(head, "HTTP/1.1 502 Bad Gateway\n") {
		t.Errorf("client got\n%s", head)
	}
	text, orderly := client.rest()
	if !orderly || !strings.HasPrefix(text, "runnertape: cannot reach "+addr+": dial: ") {
		t.Errorf("client got %q", text)
	}
	x := r.sink.done(1)
	if x.Request.Method != "CONNECT" || x.Request.Target != addr || x.Way != runnertape.Connect || !x.Response.Ours || x.Status() != 502 || x.Failure == nil {
		t.Errorf("recorded %+v", x)
	}
	if got := r.sink.body(1, runnertape.ResponseSide); got != text {
		t.Errorf("recorded %q", got)
	}
}

func TestUpstreamIsBack(t *testing.T) {
	up := newWireUpstream(t, nil)
	down := listen(t)
	down.Close()
	resolve := map[string]string{"gitlab.example": down.Addr().String()}
	r := newRig(t, "http://gitlab.example:8080", func(c *RecorderConfig) { c.Upstream.Resolve = resolve })
	client := r.dial(runnertape.Reverse)
	get := "GET / HTTP/1.1\nHost: x\n\n"
	client.send(get)
	client.head()
	r.sink.done(1)
	resolve["gitlab.example"] = up.addr // no request is under way
	for range 2 {
		client = r.dial(runnertape.Reverse)
		client.send(get)
		server := up.accept()
		if head := server.head(); !strings.Contains(head, "Host: gitlab.example:8080\n") {
			t.Errorf("upstream got\n%s", head)
		}
		server.send("HTTP/1.1 204 No Content\nConnection: close\n\n")
		client.head()
	}
	if lost, back := r.log.count("cannot reach gitlab.example:8080"), r.log.count("reached gitlab.example:8080 again"); lost != 1 || back != 1 {
		t.Errorf("logged %d times lost, %d times back", lost, back)
	}
}

// The recorder's own answer, too, must survive a client that is still sending.
func TestUpstreamIsDownInUpload(t *testing.T) {
	ln := listen(t)
	ln.Close()
	r := newRig(t, "http://"+ln.Addr().String())
	client := r.dial(runnertape.Reverse)
	client.send("POST / HTTP/1.1\nHost: x\nContent-Length: 1000000\n\nab")
	if head := client.head(); !strings.HasPrefix(head, "HTTP/1.1 502 ") || !strings.Contains(head, "Connection: close\n") {
		t.Errorf("client got\n%s", head)
	}
	if text, orderly := client.rest(); !orderly || !strings.HasSuffix(text, "\n") {
		t.Errorf("client got %q", text)
	}
}

func TestResolve(t *testing.T) {
	u := Upstream{Resolve: map[string]string{
		"a.example":      "10.0.0.1",
		"b.example:443":  "10.0.0.2:8443",
		"b.example":      "10.0.0.3",
		"c.example":      "::1",
		"d.example":      "[::1]:99",
		"e.example:8443": "other.example",
	}}
	for address, want := range map[string]string{
		"a.example:80":    "10.0.0.1:80",
		"A.example:80":    "10.0.0.1:80",
		"b.example:443":   "10.0.0.2:8443",
		"b.example:80":    "10.0.0.3:80",
		"c.example:443":   "[::1]:443",
		"d.example:1":     "[::1]:99",
		"e.example:8443":  "other.example:8443",
		"e.example:443":   "e.example:443",
		"unknown.test:80": "unknown.test:80",
	} {
		if got := u.resolve(address); got != want {
			t.Errorf("%s → %s, want %s", address, got, want)
		}
	}
}
