package proxy

import (
	"net"
	"strings"
	"testing"

	"runnertape"
)

// refusing waits until nobody listens at addr any more.
func refusing(t *testing.T, addr string) {
	t.Helper()
	for {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			return
		}
		c.Close()
	}
}

func TestDrain(t *testing.T) {
	for _, way := range ways {
		t.Run(string(way), func(t *testing.T) {
			up := newWireUpstream(t, nil)
			r := newRig(t, "http://"+up.addr)
			idle := r.dial(way)
			idle.send("GET " + r.target(way, "/") + " HTTP/1.1\nHost: x\n\n")
			server := up.accept()
			server.head()
			server.send("HTTP/1.1 204 No Content\n\n")
			idle.head()
			r.sink.done(1)
			poll := r.dial(way)
			poll.send("GET " + r.target(way, "/poll") + " HTTP/1.1\nHost: x\n\n")
			server = up.accept()
			server.head()
			r.stop()
			idle.rest() // an idle connection is closed at once
			refusing(t, r.addr)
			server.send("HTTP/1.1 200 OK\nContent-Length: 2\n\nok")
			if head := poll.head(); !strings.HasPrefix(head, "HTTP/1.1 200 ") {
				t.Errorf("client got\n%s", head)
			}
			poll.want("ok")
			r.awaitServed()
			if x := r.sink.done(2); x.Failure != nil {
				t.Errorf("recorded %+v", x.Failure)
			}
		})
	}
}

func TestCut(t *testing.T) {
	for _, way := range ways {
		t.Run(string(way), func(t *testing.T) {
			up := newWireUpstream(t, nil)
			r := newRig(t, "http://"+up.addr)
			var open []*wire
			for _, text := range []string{
				"GET " + r.target(way, "/poll") + " HTTP/1.1\nHost: x\n\n",
				"POST " + r.target(way, "/upload") + " HTTP/1.1\nHost: x\nContent-Length: 100\n\nabc",
				"GET " + r.target(way, "/download") + " HTTP/1.1\nHost: x\n\n",
				"GET " + r.target(way, "/upgrade") + " HTTP/1.1\nHost: x\nConnection: upgrade\nUpgrade: x\n\n",
				"POST " + r.target(way, "/expect") + " HTTP/1.1\nHost: x\nContent-Length: 3\nExpect: 100-continue\n\n",
			} {
				client := r.dial(way)
				client.send(text)
				server := up.accept()
				switch head := server.head(); {
				case strings.Contains(head, "/upload"):
					server.want("abc")
				case strings.Contains(head, "/download"):
					server.send("HTTP/1.1 200 OK\nContent-Length: 100\n\nabc")
					client.head()
					client.want("abc")
				case strings.Contains(head, "/upgrade"):
					server.send("HTTP/1.1 101 Switching Protocols\nConnection: upgrade\nUpgrade: x\n\nabc")
					client.head()
					client.want("abc")
				}
				open = append(open, client)
			}
			r.stop()
			r.cut()
			for _, client := range open {
				if rest, _ := client.rest(); rest != "" {
					t.Errorf("client got %q", rest)
				}
			}
			r.close()
			for id := range uint64(5) {
				x := r.sink.done(id + 1)
				if x.Failure == nil || x.Failure.Side != runnertape.RequestSide || x.Failure.Text != errStopped.Error() {
					t.Errorf("%s: recorded %+v", x.Request.Target, x.Failure)
				}
			}
		})
	}
}

// Connections that have said nothing, and tunnels, must not be left behind.
func TestCutUnfinishedConnections(t *testing.T) {
	up := newWireUpstream(t, nil)
	other := newWireUpstream(t, nil)
	r := newRig(t, "http://"+up.addr)
	silent := r.dial(runnertape.Reverse)
	connected := r.dial(runnertape.Connect) // and no word inside
	tunnel := r.dial(runnertape.Reverse)
	tunnel.send("CONNECT " + other.addr + " HTTP/1.1\nHost: x\n\n")
	tunnel.head()
	end := other.accept()
	r.stop()
	r.cut()
	for _, c := range []*wire{silent, connected, tunnel, end} {
		c.rest()
	}
}

// Drained, an upgraded connection is closed when the requests have ended.
func TestDrainUpgraded(t *testing.T) {
	up := newWireUpstream(t, nil)
	r := newRig(t, "http://"+up.addr)
	client := r.dial(runnertape.Reverse)
	client.send("GET / HTTP/1.1\nHost: x\nConnection: upgrade\nUpgrade: x\n\n")
	server := up.accept()
	server.head()
	server.send("HTTP/1.1 101 Switching Protocols\nConnection: upgrade\nUpgrade: x\n\n")
	client.head()
	r.stop()
	r.awaitServed()
	client.rest()
	server.rest()
}
