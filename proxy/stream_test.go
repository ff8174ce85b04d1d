package proxy

import (
	"net/http"
	"strings"
	"testing"

	"runnertape"
)

func noContent(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }

// Each piece must arrive before the next one is sent.
func TestBodiesStream(t *testing.T) {
	up := newWireUpstream(t, nil)
	r := newRig(t, "http://"+up.addr)
	for _, way := range ways {
		t.Run(string(way), func(t *testing.T) {
			client := r.dial(way)
			client.send("POST " + r.target(way, "/") + " HTTP/1.1\nHost: " + r.host + "\nTransfer-Encoding: chunked\nConnection: close\n\n")
			server := up.accept()
			server.head()
			client.send("2\nab\n")
			server.want("2\nab\n")
			client.send("3\ncde\n0\n\n")
			server.want("3\ncde\n0\n\n")

			server.send("HTTP/1.1 201 Created\nContent-Length: 6\nConnection: close\n\n")
			client.head()
			server.send("123")
			client.want("123")
			server.send("456")
			client.want("456")
			server.Close()
			if rest, ok := client.rest(); rest != "" || !ok {
				t.Errorf("then %q, %t", rest, ok)
			}
			id := r.rec.Exchanges()
			x := r.sink.done(id)
			if x.Request.Body.Framing != runnertape.Chunked || x.Response.Body.Framing != runnertape.Length || x.Response.Body.Declared != 6 || x.Failure != nil {
				t.Errorf("recorded %+v", x)
			}
			if up, down := r.sink.body(id, runnertape.RequestSide), r.sink.body(id, runnertape.ResponseSide); up != "abcde" || down != "123456" {
				t.Errorf("recorded bodies %q, %q", up, down)
			}
		})
	}
}

func TestChunkedResponseStreams(t *testing.T) {
	up := newWireUpstream(t, nil)
	r := newRig(t, "http://"+up.addr)
	client := r.dial(runnertape.Reverse)
	client.send("GET / HTTP/1.1\nHost: x\n\n")
	server := up.accept()
	server.head()
	server.send("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n1\na\n")
	client.head()
	client.want("1\na\n")
	server.send("1\nb\n0\n\n")
	client.want("1\nb\n0\n\n")
}

// The upstream answers before the request is over, and what it says then must
// reach the client, which then cannot use its connection for more.
func TestEarlyAnswer(t *testing.T) {
	for _, c := range []struct{ name, framing, answer, body string }{
		{"length, length", "Content-Length: 100000000", "Content-Length: 4", "full"},
		{"chunked, length", "Transfer-Encoding: chunked", "Content-Length: 4", "full"},
		{"chunked, chunked", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked", "4\nfull\n0\n\n"},
		{"length, none", "Content-Length: 5", "Content-Length: 0", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			up := newWireUpstream(t, nil)
			r := newRig(t, "http://"+up.addr)
			client := r.dial(runnertape.Reverse)
			client.send("POST / HTTP/1.1\nHost: x\n" + c.framing + "\n\n")
			if strings.HasPrefix(c.framing, "T") {
				client.send("3\nabc\n")
			} else {
				client.send("abc")
			}
			server := up.accept()
			server.head()
			server.send("HTTP/1.1 413 Too Large\n" + c.answer + "\n\n" + c.body)
			if head := client.head(); !strings.HasPrefix(head, "HTTP/1.1 413 ") {
				t.Errorf("client got\n%s", head)
			}
			client.want(c.body)
			closeWrite(server.Conn) // and goes on reading, as servers do to have their answer read
			if rest, ok := client.rest(); rest != "" || !ok {
				t.Errorf("then %q, %t", rest, ok)
			}
			client.Close()
			x := r.sink.done(1)
			if x.Failure != nil || x.Status() != 413 || !x.Request.Body.Truncated || x.Response.Body.Truncated {
				t.Errorf("recorded %+v %+v", x, x.Failure)
			}
		})
	}
}

// The upstream answers early and goes on reading; both bodies must go on.
func TestBothWaysAtOnce(t *testing.T) {
	up := newWireUpstream(t, nil)
	r := newRig(t, "http://"+up.addr)
	client := r.dial(runnertape.Reverse)
	client.send("POST / HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n1\na\n")
	server := up.accept()
	server.head()
	server.want("1\na\n")
	server.send("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n1\nA\n")
	client.head()
	client.want("1\nA\n")
	client.send("1\nb\n0\n\n")
	server.want("1\nb\n0\n\n")
	server.send("1\nB\n0\n\n")
	client.want("1\nB\n0\n\n")
	if x := r.sink.done(1); x.Failure != nil || x.Request.Body.Truncated {
		t.Errorf("recorded %+v", x)
	}
}

// A bodyless status keeps the connection in step.
func TestNoBody(t *testing.T) {
	for _, c := range []struct{ method, answer string }{
		{"HEAD", "HTTP/1.1 200 OK\nContent-Length: 12345\n\n"},
		{"HEAD", "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n"},
		{"GET", "HTTP/1.1 204 No Content\n\n"},
		{"GET", "HTTP/1.1 304 Not Modified\nEtag: \"x\"\n\n"},
		{"GET", "HTTP/1.1 200 OK\nContent-Length: 0\n\n"},
	} {
		t.Run(c.method+" "+c.answer[9:12], func(t *testing.T) {
			up := newWireUpstream(t, nil)
			r := newRig(t, "http://"+up.addr)
			client := r.dial(runnertape.Reverse)
			var server *wire
			for range 2 {
				client.send(c.method + " / HTTP/1.1\nHost: x\n\n")
				if server == nil {
					server = up.accept()
				}
				server.head()
				server.send(c.answer)
				if got := client.head() + "\n"; strings.Contains(got, "12345") != strings.Contains(c.answer, "12345") || strings.Contains(got, "Content-Type") {
					t.Errorf("client got\n%s", got)
				}
			}
			if x := r.sink.done(2); x.Failure != nil || x.Response.Body.Bytes != 0 || x.Response.Body.Truncated {
				t.Errorf("recorded %+v", x.Response)
			}
		})
	}
}
