package proxy

import (
	"strings"
	"testing"

	"runnertape"
)

func statuses(x *runnertape.Exchange) (s []int) {
	for _, i := range x.Interim {
		s = append(s, i.Status)
	}
	return s
}

func TestExpectContinue(t *testing.T) {
	for _, way := range ways {
		for _, c := range []struct{ name, framing, body string }{
			{"length", "Content-Length: 4", "body"},
			{"chunked", "Transfer-Encoding: chunked", "4\nbody\n0\n\n"},
		} {
			t.Run(string(way)+", "+c.name, func(t *testing.T) {
				up := newWireUpstream(t, nil)
				r := newRig(t, "http://"+up.addr)
				client := r.dial(way)
				client.send("POST " + r.target(way, "/") + " HTTP/1.1\nHost: x\nExpect: 100-continue\n" + c.framing + "\n\n")
				server := up.accept()
				if head := server.head(); !strings.Contains(head, "Expect: 100-continue\n") {
					t.Errorf("upstream got\n%s", head)
				}
				server.send("HTTP/1.1 100 Continue\n\n")
				client.want("HTTP/1.1 100 Continue\n\n")
				client.send(c.body)
				server.want(c.body)
				server.send("HTTP/1.1 201 Created\nContent-Length: 0\n\n")
				if head := client.head(); !strings.HasPrefix(head, "HTTP/1.1 201 ") {
					t.Errorf("client got\n%s", head)
				}
				if x := r.sink.done(1); x.Failure != nil || len(x.Interim) != 1 || x.Interim[0].Status != 100 {
					t.Errorf("recorded %+v", x)
				}
			})
		}
	}
}

// A client that is refused must not be asked for its body, also where the
// connections could go on.
func TestExpectRefused(t *testing.T) {
	for _, framing := range []string{"Content-Length: 100000000", "Transfer-Encoding: chunked"} {
		for _, answer := range []string{"Content-Length: 2\n\nno", "Transfer-Encoding: chunked\n\n2\nno\n0\n\n"} {
			up := newWireUpstream(t, nil)
			r := newRig(t, "http://"+up.addr)
			client := r.dial(runnertape.Reverse)
			client.send("POST / HTTP/1.1\nHost: x\nExpect: 100-continue\n" + framing + "\n\n")
			server := up.accept()
			server.head()
			server.send("HTTP/1.1 417 Expectation Failed\n" + answer)
			if head := client.head(); !strings.HasPrefix(head, "HTTP/1.1 417 ") {
				t.Errorf("client got\n%s", head)
			}
			_, body, _ := strings.Cut(answer, "\n\n")
			client.want(body)
			client.Close() // as it must, RFC 9110 §10.1.1
			if rest, _ := server.rest(); rest != "" {
				t.Errorf("upstream then got %q", rest)
			}
			if x := r.sink.done(1); x.Failure != nil || len(x.Interim) != 0 || x.Request.Body.Bytes != 0 {
				t.Errorf("recorded %+v", x)
			}
		}
	}
}

func TestEarlyHints(t *testing.T) {
	up := newWireUpstream(t, nil)
	r := newRig(t, "http://"+up.addr)
	client := r.dial(runnertape.Reverse)
	client.send("POST / HTTP/1.1\nHost: x\nContent-Length: 1\nExpect: 100-continue\n\n")
	server := up.accept()
	server.head()
	for range 2 {
		server.send("HTTP/1.1 103 Early Hints\nLink: </a>\n\n")
		client.want("HTTP/1.1 103 Early Hints\nLink: </a>\n\n")
	}
	server.send("HTTP/1.1 100 Continue\n\n")
	client.want("HTTP/1.1 100 Continue\n\n")
	client.send("x")
	server.want("x")
	server.send("HTTP/1.1 200 OK\nContent-Length: 0\n\n")
	if head := client.head(); strings.Contains(head, "Link") {
		t.Errorf("client got\n%s", head)
	}
	x := r.sink.done(1)
	if got := statuses(x); len(got) != 3 || got[0] != 103 || got[1] != 103 || got[2] != 100 || x.Interim[0].Header.Get("Link") != "</a>" {
		t.Errorf("recorded %v", x.Interim)
	}
}
