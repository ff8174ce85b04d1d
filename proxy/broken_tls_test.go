package proxy

import (
	"testing"

	"runnertape"
)

func TestBreaksThroughTLS(t *testing.T) {
	for _, c := range []struct {
		name    string
		request string
		first   string // of the body
		answer  string
		end     func(client, server *wire)
		side    runnertape.Side
	}{
		{"client closes in a long poll", "GET /", "", "", func(client, _ *wire) { client.Close() }, runnertape.RequestSide},
		{"client resets in a long poll", "GET /", "", "", func(client, _ *wire) { client.reset() }, runnertape.RequestSide},
		{"client resets in an upload", "POST /", "3\nabc\n", "", func(client, _ *wire) { client.reset() }, runnertape.RequestSide},
		{"upstream resets in an upload", "POST /", "3\nabc\n", "", func(_, server *wire) { server.reset() }, runnertape.ResponseSide},
		{"upstream closes in an upload", "POST /", "3\nabc\n", "", func(_, server *wire) { server.Close() }, runnertape.ResponseSide},
		{"upstream closes in a download", "GET /", "", "3\nabc\n", func(_, server *wire) { server.Close() }, runnertape.ResponseSide},
		{"upstream resets in a download", "GET /", "", "3\nabc\n", func(_, server *wire) { server.reset() }, runnertape.ResponseSide},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, up := secureRig(t)
			client := r.dialSecure()
			framing := ""
			if c.first != "" {
				framing = "Transfer-Encoding: chunked\n"
			}
			client.send(c.request + " HTTP/1.1\nHost: x\n" + framing + "\n" + c.first)
			server := up.accept()
			server.head()
			server.want(c.first)
			if c.answer != "" {
				server.send("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n" + c.answer)
				client.head()
				client.want(c.answer)
			}
			c.end(client, server)
			other := server
			if c.side == runnertape.ResponseSide {
				other = client
			}
			if rest, _ := other.rest(); rest != "" {
				t.Errorf("the other side got %q", rest)
			}
			other.Close()
			if f := r.sink.done(1).Failure; f == nil || f.Side != c.side {
				t.Errorf("recorded %+v", f)
			}
		})
	}
}
