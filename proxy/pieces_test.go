package proxy

import (
	"io"
	"strings"
	"testing"

	"runnertape"
)

// Wherever the bytes are cut, they are the same exchange.
func TestPieces(t *testing.T) {
	const body = "3;x=y\nabc\n0a\n0123456789\n0\nX-T: 1\n\n"
	for _, size := range []int{1, 2, 3, 7} {
		for _, way := range ways {
			up := newWireUpstream(t, nil)
			r := newRig(t, "http://"+up.addr)
			client := r.dial(way)
			var server *wire
			for range 2 {
				head := "POST " + r.target(way, "/") + " HTTP/1.1\nHost: " + r.host + "\nTransfer-Encoding: chunked\n\n"
				client.sendIn(size, head+body)
				if server == nil {
					server = up.accept()
				}
				server.want("POST / HTTP/1.1\nHost: " + r.host + "\nTransfer-Encoding: chunked\n\n" + body)
				const answer = "HTTP/1.1 100 Continue\n\nHTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n" + body
				server.sendIn(size, answer)
				client.want(answer)
			}
			x := r.sink.done(2)
			if x.Failure != nil || len(x.Interim) != 1 || x.Response.Trailer.Get("X-T") != "1" || x.Request.Trailer.Get("X-T") != "1" {
				t.Errorf("recorded %+v", x)
			}
			for side := runnertape.RequestSide; side <= runnertape.ResponseSide; side++ {
				if got := r.sink.body(2, side); got != "abc0123456789" {
					t.Errorf("%v: recorded %q", side, got)
				}
			}
		}
	}
}

// sendIn sends text in pieces of that size.
func (w *wire) sendIn(size int, text string) {
	w.t.Helper()
	text = strings.ReplaceAll(text, "\n", "\r\n")
	for len(text) > 0 {
		n := min(size, len(text))
		if _, err := io.WriteString(w, text[:n]); err != nil {
			w.t.Fatal(err)
		}
		text = text[n:]
	}
}

// A head may be cut at each byte.
func TestHeadInTwo(t *testing.T) {
	up := newWireUpstream(t, nil)
	r := newRig(t, "http://"+up.addr)
	client := r.dial(runnertape.Reverse)
	request, answer := "\r\nGET / HTTP/1.1\r\nHost: "+r.host+"\r\nX: y\r\n\r\n", "HTTP/1.1 200 OK\r\nX: y\r\nContent-Length: 0\r\n\r\n"
	var server *wire
	for i := 1; i < len(request); i++ {
		io.WriteString(client, request[:i])
		io.WriteString(client, request[i:])
		if server == nil {
			server = up.accept()
		}
		server.want(strings.ReplaceAll(request, "\r", ""))
		j := min(i, len(answer)-1)
		io.WriteString(server, answer[:j])
		io.WriteString(server, answer[j:])
		client.want(strings.ReplaceAll(answer, "\r", ""))
	}
}

// Requests that are sent ahead are passed on one after the other.
func TestSentAhead(t *testing.T) {
	for _, way := range ways {
		up := newWireUpstream(t, nil)
		r := newRig(t, "http://"+up.addr)
		client := r.dial(way)
		target := r.target(way, "/")
		client.send("GET " + target + "1 HTTP/1.1\nHost: x\n\nPOST " + target + "2 HTTP/1.1\nHost: x\nContent-Length: 2\n\nhi" +
			"GET " + target + "3 HTTP/1.1\nHost: x\nConnection: close\n\n")
		server := up.accept()
		for i, body := range []string{"", "hi", ""} {
			if head := server.head(); !strings.Contains(head, "/"+string(rune('1'+i))+" HTTP/1.1\n") {
				t.Errorf("upstream got\n%s", head)
			}
			server.want(body)
			server.send("HTTP/1.1 200 OK\nContent-Length: 1\n\n" + string(rune('1'+i)))
		}
		server.Close()
		if rest, orderly := client.rest(); strings.Count(rest, "HTTP/1.1 200 OK") != 3 || !strings.HasSuffix(rest, "3") || !orderly {
			t.Errorf("client got %q, %t", rest, orderly)
		}
		if x := r.sink.done(3); x.Failure != nil {
			t.Errorf("recorded %+v", x)
		}
	}
}
