package proxy

import (
	"fmt"
	"net"
	"strings"
	"testing"

	"runnertape"
)

// A closed recorder serves the upstream and what is intercepted, by every way, and is no
// proxy to anything else.
func TestClosed(t *testing.T) {
	up, read, other := newWireUpstream(t, nil), newWireUpstream(t, nil), newWireUpstream(t, nil)
	r := newRig(t, "http://"+up.addr, func(c *RecorderConfig) { c.Closed, c.Intercept = true, []string{read.addr} })
	answer := func(client *wire, from *wireUpstream) {
		t.Helper()
		server := from.accept()
		server.head()
		server.send("HTTP/1.1 204 No Content\nConnection: close\n\n")
		if head := client.head(); !strings.HasPrefix(head, "HTTP/1.1 204 ") {
			t.Errorf("client got\n%s", head)
		}
	}
	for _, way := range ways {
		client := r.dial(way)
		client.send("GET " + r.target(way, "/") + " HTTP/1.1\nHost: " + r.host + "\n\n")
		answer(client, up)
	}
	client := r.dial(runnertape.Forward)
	client.send("GET http://" + read.addr + "/ HTTP/1.1\nHost: " + read.addr + "\n\n")
	answer(client, read)

	for _, request := range []string{
		"GET http://" + other.addr + "/ HTTP/1.1\nHost: " + r.host + "\n\n",
		"POST http://" + other.addr + "/ HTTP/1.1\nHost: x\nContent-Length: 0\n\n",
		"CONNECT " + other.addr + " HTTP/1.1\nHost: " + r.host + "\n\n",
	} {
		conn, err := net.Dial("tcp", r.addr)
		if err != nil {
			t.Fatal(err)
		}
		client := newWire(t, conn)
		client.send(request)
		if head := client.head(); !strings.HasPrefix(head, "HTTP/1.1 403 Forbidden\n") || !strings.Contains(head, "Content-Type: text/plain") {
			t.Errorf("%q: client got\n%s", request, head)
		}
		client.want("runnertape: " + other.addr + " is not served here, only the recorded GitLab and the hosts of --intercept")
	}
	if n := r.rec.Tunnels().Counts()[other.addr]; n != (TunnelCount{Refused: 3}) {
		t.Errorf("counted %+v", n)
	}
	if n := r.rec.Exchanges(); n != 4 {
		t.Errorf("%d exchanges, want 4", n)
	}
	if n := r.log.count("refused a host"); n != 1 {
		t.Errorf("said %d times", n)
	}
}

func TestCountsAreBounded(t *testing.T) {
	tunnels := NewTunnels()
	for i := range 2 * maxCounted {
		tunnels.add(fmt.Sprintf("host%d.example:443", i), TunnelCount{Refused: 1})
	}
	tunnels.add("host0.example:443", TunnelCount{Refused: 1})
	counts := tunnels.Counts()
	if len(counts) != maxCounted+1 || counts[otherHosts].Refused != maxCounted || counts["host0.example:443"].Refused != 2 {
		t.Errorf("%d hosts, %d others", len(counts), counts[otherHosts].Refused)
	}
}

// What a redirect leads to is not read where the CA may not sign for it.
func TestRedirectToWhatTheCAForbids(t *testing.T) {
	up := newWireUpstream(t, nil)
	r := newRig(t, "http://"+up.addr, func(c *RecorderConfig) {
		c.Follows = func(*runnertape.Exchange) bool { return true }
		c.Permits = func(host string) bool { return !strings.HasPrefix(host, "storage.") }
	})
	client := r.dial(runnertape.Forward)
	var server *wire
	for range 2 {
		for _, host := range []string{"storage.example", "cdn.example"} {
			client.send("GET " + r.target(runnertape.Forward, "/") + " HTTP/1.1\nHost: " + r.host + "\n\n")
			if server == nil {
				server = up.accept()
			}
			server.head()
			server.send("HTTP/1.1 302 Found\nLocation: https://" + host + "/x\nContent-Length: 0\n\n")
			client.head()
		}
	}
	if r.rec.Intercepts("storage.example:443") || !r.rec.Intercepts("cdn.example:443") {
		t.Error("reads what it should not, or the other way round")
	}
	if n := r.log.count("add --intercept storage.example"); n != 1 {
		t.Errorf("said %d times", n)
	}
	if n := r.log.count("recording the host of a redirect too"); n != 1 {
		t.Errorf("%d hosts followed", n)
	}
}

// By the reverse way the client is told the real place, and goes there itself.
func TestRedirectPastTheRecorder(t *testing.T) {
	up := newWireUpstream(t, nil)
	r := newRig(t, "http://"+up.addr, func(c *RecorderConfig) {
		c.Follows = func(*runnertape.Exchange) bool { return true }
	})
	client := r.dial(runnertape.Reverse)
	client.send("GET / HTTP/1.1\nHost: x\n\n")
	server := up.accept()
	server.head()
	server.send("HTTP/1.1 302 Found\nLocation: http://storage.example/x\nContent-Length: 0\n\n")
	client.head()
	r.close()
	if n := r.log.count("a redirect leads past the recorder; --rewrite-urls leads it here"); n != 1 {
		t.Errorf("said %d times", n)
	}
	if n := r.log.count("recording the host of a redirect too"); n != 0 {
		t.Error("says that it records what it does not see")
	}
}
