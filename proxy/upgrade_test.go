package proxy

import (
	"strings"
	"testing"

	"runnertape"
)

func TestUpgrade(t *testing.T) {
	for _, way := range ways {
		t.Run(string(way), func(t *testing.T) {
			up := newWireUpstream(t, nil)
			r := newRig(t, "http://"+up.addr)
			client := r.dial(way)
			// The first frame comes with the request, as some clients do.
			client.send("GET " + r.target(way, "/") + " HTTP/1.1\nHost: x\nConnection: keep-alive, Upgrade\nUpgrade: websocket\n\nearly")
			server := up.accept()
			if head := server.head(); !strings.Contains(head, "Connection: keep-alive, Upgrade\n") || !strings.Contains(head, "Upgrade: websocket\n") {
				t.Errorf("upstream got\n%s", head)
			}
			server.send("HTTP/1.1 101 Switching Protocols\nConnection: Upgrade\nUpgrade: websocket\n\nfirst")
			if got, want := client.head(), "HTTP/1.1 101 Switching Protocols\nConnection: Upgrade\nUpgrade: websocket\n"; got != want {
				t.Errorf("client got\n%s", got)
			}
			client.want("first")
			server.want("early")
			client.send(" ping")
			server.want(" ping")
			server.send(" pong")
			client.want(" pong")
			server.Close()
			client.rest()
			client.Close()
			x := r.sink.done(1)
			if x.Failure != nil || x.Status() != 101 || x.Request.Body.Framing != runnertape.ToClose || x.Response.Body.Framing != runnertape.ToClose {
				t.Errorf("recorded %+v", x)
			}
			if up, down := r.sink.body(1, runnertape.RequestSide), r.sink.body(1, runnertape.ResponseSide); up != "early ping" || down != "first pong" {
				t.Errorf("recorded %q, %q", up, down)
			}
		})
	}
}

func TestUpgradeHalfClosed(t *testing.T) {
	up := newWireUpstream(t, nil)
	r := newRig(t, "http://"+up.addr)
	client := r.dial(runnertape.Reverse)
	client.send("GET / HTTP/1.1\nHost: x\nConnection: Upgrade\nUpgrade: tcp\n\n")
	server := up.accept()
	server.head()
	server.send("HTTP/1.1 101 Switching Protocols\nConnection: Upgrade\nUpgrade: tcp\n\n")
	client.head()
	client.send("question")
	client.Conn.(interface{ CloseWrite() error }).CloseWrite()
	if got, orderly := server.rest(); got != "question" || !orderly {
		t.Errorf("upstream got %q", got)
	}
	server.send("answer")
	server.Close()
	if got, orderly := client.rest(); got != "answer" || !orderly {
		t.Errorf("client got %q", got)
	}
}

func TestUpgradeRefused(t *testing.T) {
	up := newWireUpstream(t, nil)
	r := newRig(t, "http://"+up.addr)
	client := r.dial(runnertape.Reverse)
	client.send("GET / HTTP/1.1\nHost: x\nConnection: Upgrade\nUpgrade: websocket\n\n")
	server := up.accept()
	server.head()
	server.send("HTTP/1.1 403 Forbidden\nContent-Length: 2\n\nno")
	client.head()
	client.want("no")
	if x := r.sink.done(1); x.Failure != nil || x.Request.Body.Framing != runnertape.NoBody {
		t.Errorf("recorded %+v", x)
	}
}
