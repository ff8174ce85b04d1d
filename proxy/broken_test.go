package proxy

import (
	"strings"
	"testing"

	"runnertape"
)

// An upstream that breaks off breaks it off for the client, at the same byte.
func TestUpstreamBreaksOff(t *testing.T) {
	for _, c := range []struct {
		name, answer, got string
		status            int
		at                int64
	}{
		{"before the head", "", "", 0, 0},
		{"in the head", "HTTP/1.1 200 O", "HTTP/1.1 200 O", 0, 0},
		{"length, before the body", "HTTP/1.1 200 OK\nContent-Length: 10\n\n", "", 200, 0},
		{"length", "HTTP/1.1 200 OK\nContent-Length: 10\n\nabc", "abc", 200, 3},
		{"chunked, in a chunk", "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n5\nabc", "5\nabc", 200, 3},
		{"chunked, between chunks", "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n3\nabc\n", "3\nabc\n", 200, 3},
	} {
		for _, way := range ways {
			t.Run(c.name+", "+string(way), func(t *testing.T) {
				up := newWireUpstream(t, nil)
				r := newRig(t, "http://"+up.addr)
				client := r.dial(way)
				client.send("POST " + r.target(way, "/") + " HTTP/1.1\nHost: x\nContent-Length: 2\n\nhi")
				server := up.accept()
				server.head()
				server.want("hi")
				server.send(c.answer)
				server.Close()
				if c.status != 0 {
					client.head()
				}
				if got, _ := client.rest(); got != strings.ReplaceAll(c.got, "\n", "\r\n") {
					t.Errorf("client got %q", got)
				}
				x := r.sink.done(1)
				f := x.Failure
				if f == nil || f.Side != runnertape.ResponseSide || f.Byte != c.at || f.Text == "" || x.Status() != c.status {
					t.Errorf("recorded %+v, status %d", f, x.Status())
				}
				if x.Response != nil && !x.Response.Body.Truncated {
					t.Error("not truncated")
				}
			})
		}
	}
}

func TestUpstreamResets(t *testing.T) {
	up := newWireUpstream(t, nil)
	r := newRig(t, "http://"+up.addr)
	client := r.dial(runnertape.Reverse)
	client.send("GET / HTTP/1.1\nHost: x\n\n")
	server := up.accept()
	server.head()
	server.send("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n3\nabc\n")
	client.head()
	client.want("3\nabc\n")
	server.reset()
	if rest, _ := client.rest(); rest != "" {
		t.Errorf("client got %q", rest)
	}
	if f := r.sink.done(1).Failure; f == nil || f.Side != runnertape.ResponseSide || f.Byte != 3 {
		t.Errorf("recorded %+v", f)
	}
}

// The client must learn of it even though it is not sending just now.
func TestUpstreamBreaksOffInUpload(t *testing.T) {
	up := newWireUpstream(t, nil)
	r := newRig(t, "http://"+up.addr)
	client := r.dial(runnertape.Reverse)
	client.send("POST / HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n3\nabc\n")
	server := up.accept()
	server.head()
	server.want("3\nabc\n")
	server.reset()
	if rest, _ := client.rest(); rest != "" {
		t.Errorf("client got %q", rest)
	}
	x := r.sink.done(1)
	if f := x.Failure; f == nil || f.Side != runnertape.ResponseSide || x.Response != nil || x.Request.Body.Bytes != 3 || !x.Request.Body.Truncated {
		t.Errorf("recorded %+v %+v", x, f)
	}
}

// A client that goes is missed at once, and the upstream told.
func TestClientLeaves(t *testing.T) {
	leave := map[string]func(*wire){"closes": func(w *wire) { w.Close() }, "resets": (*wire).reset}
	for name, leave := range leave {
		for _, way := range ways {
			t.Run("in a long poll, "+name+", "+string(way), func(t *testing.T) {
				up := newWireUpstream(t, nil)
				r := newRig(t, "http://"+up.addr)
				client := r.dial(way)
				client.send("POST " + r.target(way, "/") + " HTTP/1.1\nHost: x\nContent-Length: 2\n\nhi")
				server := up.accept()
				server.head()
				server.want("hi")
				leave(client)
				server.rest()
				server.Close()
				x := r.sink.done(1)
				if f := x.Failure; f == nil || f.Side != runnertape.RequestSide || x.Response != nil || x.Request.Body.Truncated {
					t.Errorf("recorded %+v %+v", x, f)
				}
			})
			t.Run("in an upload, "+name+", "+string(way), func(t *testing.T) {
				up := newWireUpstream(t, nil)
				r := newRig(t, "http://"+up.addr)
				client := r.dial(way)
				client.send("POST " + r.target(way, "/") + " HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n3\nabc\n")
				server := up.accept()
				server.head()
				server.want("3\nabc\n")
				leave(client)
				if rest, _ := server.rest(); rest != "" {
					t.Errorf("upstream got %q, which looks like an end", rest)
				}
				server.Close()
				x := r.sink.done(1)
				if f := x.Failure; f == nil || f.Side != runnertape.RequestSide || f.Byte != 3 || !x.Request.Body.Truncated {
					t.Errorf("recorded %+v %+v", x, f)
				}
			})
			t.Run("in a download, "+name+", "+string(way), func(t *testing.T) {
				up := newWireUpstream(t, nil)
				r := newRig(t, "http://"+up.addr)
				client := r.dial(way)
				client.send("GET " + r.target(way, "/") + " HTTP/1.1\nHost: x\n\n")
				server := up.accept()
				server.head()
				server.send("HTTP/1.1 200 OK\nContent-Length: 10\n\nabc")
				client.head()
				client.want("abc")
				leave(client)
				server.rest()
				server.Close()
				x := r.sink.done(1)
				if f := x.Failure; f == nil || f.Side != runnertape.RequestSide || f.Byte != 3 || !x.Response.Body.Truncated {
					t.Errorf("recorded %+v %+v", x, f)
				}
			})
		}
	}
}

// A body that ends with its connection must not look complete if it is not.
func TestBreakOfBodyToClose(t *testing.T) {
	up := newWireUpstream(t, nil)
	r := newRig(t, "http://"+up.addr)
	client := r.dial(runnertape.Reverse)
	client.send("GET / HTTP/1.0\n\n")
	server := up.accept()
	server.head()
	server.send("HTTP/1.0 200 OK\n\nabc")
	client.head()
	client.want("abc")
	server.reset()
	if _, orderly := client.rest(); orderly {
		t.Error("the body looks complete")
	}
	if x := r.sink.done(1); x.Failure == nil || !x.Response.Body.Truncated {
		t.Errorf("recorded %+v", x)
	}
}

// Half-closed, a connection still brings the answer. It is noted, because a runner
// that is gone looks the same, and may have been given a job.
func TestHalfClose(t *testing.T) {
	for _, way := range ways {
		up := newWireUpstream(t, nil)
		r := newRig(t, "http://"+up.addr)
		client := r.dial(way)
		client.send("POST " + r.target(way, "/") + " HTTP/1.1\nHost: x\nContent-Length: 2\n\nhi")
		closeWrite(client.Conn)
		server := up.accept()
		server.head()
		if rest, orderly := server.rest(); rest != "hi" || !orderly {
			t.Errorf("upstream got %q", rest)
		}
		server.send("HTTP/1.1 200 OK\nContent-Length: 2\n\nok")
		client.head()
		client.want("ok")
		server.Close()
		client.rest()
		x := r.sink.done(1)
		if f := x.Failure; f == nil || f.Side != runnertape.RequestSide || x.Request.Body.Truncated || x.Response.Body.Truncated {
			t.Errorf("recorded %+v, %+v", x, f)
		}
	}
}
