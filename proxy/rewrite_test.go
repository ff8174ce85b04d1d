package proxy

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"runnertape"
)

// swap is a Rewriter for bodies of /payload.
type swap struct{ from string }

func (swap) Wants(x *runnertape.Exchange) bool {
	return x.Request.Path() == "/payload"
}

func (s swap) Rewrite(body []byte, base string) []byte {
	return bytes.ReplaceAll(body, []byte(s.from), []byte(base))
}

func TestRewritePayload(t *testing.T) {
	up := newWireUpstream(t, nil)
	base := "http://" + up.addr
	for _, way := range ways {
		for _, chunked := range []bool{false, true} {
			t.Run(fmt.Sprint(way, chunked), func(t *testing.T) {
				r := newRig(t, base, func(c *RecorderConfig) { c.Rewrite = swap{base} })
				client := r.dial(way)
				client.send("POST " + r.target(way, "/payload") + " HTTP/1.1\nHost: here.example:8090\nAccept-Encoding: gzip\nContent-Length: 2\n\nhi")
				server := up.accept()
				head := server.head()
				sent, got := `{"url":"`+base+`"}`, `{"url":"`+base+`"}`
				if way == runnertape.Reverse {
					got = `{"url":"http://here.example:8090"}`
				}
				if identity := strings.Contains(head, "Accept-Encoding: identity\n"); identity != (way == runnertape.Reverse) {
					t.Errorf("upstream got\n%s", head)
				}
				if chunked {
					server.send(fmt.Sprintf("HTTP/1.1 201 Created\nTransfer-Encoding: chunked\n\n%x\n%s\n0\n\n", len(sent), sent))
					client.head()
					client.want(fmt.Sprintf("%x\n%s\n0\n\n", len(got), got))
				} else {
					server.send(fmt.Sprintf("HTTP/1.1 201 Created\nContent-Length: %d\n\n%s", len(sent), sent))
					if head := client.head(); !strings.Contains(head, fmt.Sprintf("Content-Length: %d\n", len(got))) {
						t.Errorf("client got\n%s", head)
					}
					client.want(got)
				}
				x := r.sink.done(1)
				if recorded := r.sink.body(1, runnertape.ResponseSide); recorded != sent || x.Response.Body.Bytes != int64(len(sent)) {
					t.Errorf("recorded %q", recorded)
				}
				if x.Request.Header.Get("Accept-Encoding") != "gzip" {
					t.Errorf("recorded %v", x.Request.Header)
				}
				server.Close()
			})
		}
	}
}

func TestRewriteLeavesAlone(t *testing.T) {
	up := newWireUpstream(t, nil)
	base := "http://" + up.addr
	for _, c := range []struct{ name, request, answer, body string }{
		{"encoded", "GET /payload", "200 OK\nContent-Encoding: gzip", base},
		{"an error", "GET /payload", "404 Not Found", base},
		{"another path", "GET /other", "200 OK", base},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, base, func(c *RecorderConfig) { c.Rewrite = swap{base} })
			client := r.dial(runnertape.Reverse)
			client.send(c.request + " HTTP/1.1\nHost: x\n\n")
			server := up.accept()
			server.head()
			server.send(fmt.Sprintf("HTTP/1.1 %s\nContent-Length: %d\n\n%s", c.answer, len(c.body), c.body))
			client.head()
			client.want(c.body)
			r.sink.done(1)
			server.Close()
		})
	}
}

func TestTooLargeToRewrite(t *testing.T) {
	up := newWireUpstream(t, nil)
	base := "http://" + up.addr
	r := newRig(t, base, func(c *RecorderConfig) { c.Rewrite = swap{base} })
	client := r.dial(runnertape.Reverse)
	client.send("GET /payload HTTP/1.1\nHost: x\nConnection: close\n\n")
	server := up.accept()
	server.head()
	r.rec.maxRewrite = 100_000 // before the first request
	const size = 234_567
	body := readAll(t, pattern(size))
	server.send(fmt.Sprintf("HTTP/1.1 200 OK\nContent-Length: %d\n\n", size))
	go func() { // ends with the client's reading
		io.Copy(server, pattern(size))
		server.Close()
	}()
	client.head()
	if rest, _ := client.rest(); rest != body {
		t.Errorf("client got %d bytes, want %d", len(rest), len(body))
	}
	r.sink.done(1)
	if recorded := r.sink.body(1, runnertape.ResponseSide); recorded != body {
		t.Errorf("recorded %d bytes, want %d", len(recorded), len(body))
	}
}

// A redirect leads back here, and from here to where it led, verbatim.
func TestRewriteRedirects(t *testing.T) {
	up, storage, other := newWireUpstream(t, nil), newWireUpstream(t, nil), newWireUpstream(t, nil)
	const here = "http://here.example"
	for _, c := range []struct{ name, location, want string }{
		{"to the upstream", "http://" + up.addr + "/a%2Fb?x;y#z", here + "/a%2Fb?x;y#z"},
		{"to storage", "http://" + storage.addr + "/b%2Fc//d?X-Amz-Signature=%2F", here + "/.runnertape/http/" + storage.addr + "/b%2Fc//d?X-Amz-Signature=%2F"},
		{"elsewhere", "http://" + other.addr + "/x", "http://" + other.addr + "/x"},
		{"relative", "/x/y", "/x/y"},
		{"without a path", "http://" + up.addr, here + "/"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, "http://"+up.addr, func(config *RecorderConfig) {
				config.Rewrite = swap{}
				config.Follows = func(x *runnertape.Exchange) bool {
					return strings.Contains(x.Response.Header.Get("Location"), storage.addr)
				}
			})
			client := r.dial(runnertape.Reverse)
			client.send("GET /artifact HTTP/1.1\nHost: here.example\n\n")
			server := up.accept()
			server.head()
			server.send("HTTP/1.1 302 Found\nLocation: " + c.location + "\nContent-Length: 0\n\n")
			if head := client.head(); !strings.Contains(head, "Location: "+c.want+"\n") {
				t.Errorf("client got\n%s", head)
			}
			x := r.sink.done(1)
			if got := x.Response.Header.Get("Location"); got != c.location {
				t.Errorf("recorded %s", got)
			}
			if c.name != "to storage" {
				return
			}
			if !r.rec.Intercepts(storage.addr) {
				t.Error("the host of the redirect is not followed")
			}
			client.send("GET " + strings.TrimPrefix(c.want, here) + " HTTP/1.1\nHost: here.example\n\n")
			from := storage.accept()
			if got, want := from.head(), "GET /b%2Fc//d?X-Amz-Signature=%2F HTTP/1.1\nHost: "+storage.addr+"\n"; got != want {
				t.Errorf("storage got\n%s", got)
			}
			from.send("HTTP/1.1 204 No Content\n\n")
			client.head()
			if x := r.sink.done(2); x.Host != storage.addr || x.Request.Target != "/b%2Fc//d?X-Amz-Signature=%2F" {
				t.Errorf("recorded %s", x.URL())
			}
		})
	}
}

// The path that redirects come back by leads nowhere else.
func TestNoOpenProxy(t *testing.T) {
	up, other := newWireUpstream(t, nil), newWireUpstream(t, nil)
	for _, rewriter := range []Rewriter{nil, swap{}} {
		r := newRig(t, "http://"+up.addr, func(c *RecorderConfig) { c.Rewrite = rewriter })
		for _, target := range []string{"/.runnertape/http/" + other.addr + "/x", "/.runnertape/ftp/" + up.addr + "/x", "/.runnertape/", "/.runnertape/http"} {
			client := r.dial(runnertape.Reverse)
			client.send("GET " + target + " HTTP/1.1\nHost: x\nConnection: close\n\n")
			server := up.accept() // which will not know it
			if got := server.head(); !strings.HasPrefix(got, "GET "+target+" ") {
				t.Errorf("upstream got\n%s", got)
			}
			server.send("HTTP/1.1 404 Not Found\nContent-Length: 0\nConnection: close\n\n")
			server.Close()
			client.rest()
		}
	}
}

func TestFollowsOnlyWhatItIsToldTo(t *testing.T) {
	up := newWireUpstream(t, nil)
	r := newRig(t, "http://"+up.addr)
	client := r.dial(runnertape.Reverse)
	client.send("GET / HTTP/1.1\nHost: x\n\n")
	server := up.accept()
	server.head()
	server.send("HTTP/1.1 302 Found\nLocation: https://storage.example/x\nContent-Length: 0\n\n")
	client.head()
	if r.rec.Intercepts("storage.example:443") {
		t.Error("followed")
	}
}
