package proxy

import (
	"strings"
	"testing"

	"runnertape"
)

// Targets that unescaping and escaping again would change.
var targets = []string{
	"/api/v4/jobs/request",
	"/a%2Fb/%2e%2E/c",
	"/a;b=c?x=1;y=2&&z",
	"//double//slash?q",
	"//double?",
	"/empty/query?",
	"/?a=%zz&b=%20+c",
	"/ünescaped-\"{}|",
	"/with/a:colon@at",
}

func TestTargetsAreVerbatim(t *testing.T) {
	up := newWireUpstream(t, nil)
	r := newRig(t, "http://"+up.addr)
	id := uint64(0)
	for _, way := range ways {
		client := r.dial(way)
		var server *wire
		for _, target := range targets {
			t.Run(string(way)+target, func(t *testing.T) {
				id++
				client.send("GET " + r.target(way, target) + " HTTP/1.1\nHost: " + r.host + "\n\n")
				if server == nil {
					server = up.accept()
				}
				want := "GET " + target + " HTTP/1.1\nHost: " + r.host + "\n"
				if got := server.head(); got != want {
					t.Errorf("upstream got\n%swant\n%s", got, want)
				}
				server.send("HTTP/1.1 204 No Content\n\n")
				client.head()
				x := r.sink.done(id)
				if x.Request.Target != target || x.Way != way || x.Host != r.host || x.Scheme != "http" {
					t.Errorf("recorded %s %s %s %s", x.Way, x.Scheme, x.Host, x.Request.Target)
				}
			})
		}
	}
}

func TestHostByWay(t *testing.T) {
	up := newWireUpstream(t, nil)
	r := newRig(t, "http://"+up.addr)
	const named = "gitlab.example"
	for _, c := range []struct {
		way      runnertape.Way
		sent     string // Host that the client sends
		want     string // Host that the upstream gets
		recorded string
	}{
		{runnertape.Reverse, named, up.addr, named},
		{runnertape.Forward, named, up.addr, named}, // RFC 9112 §3.2.2: the target decides
		{runnertape.Connect, named, named, named},
	} {
		t.Run(string(c.way), func(t *testing.T) {
			client := r.dial(c.way)
			client.send("GET " + r.target(c.way, "/") + " HTTP/1.1\nHost: " + c.sent + "\nConnection: close\n\n")
			server := up.accept()
			if got := server.head(); !strings.Contains(got, "Host: "+c.want+"\n") {
				t.Errorf("upstream got\n%s", got)
			}
			server.send("HTTP/1.1 204 No Content\nConnection: close\n\n")
			server.Close()
			client.rest()
			x := r.sink.done(r.rec.Exchanges())
			if got := x.Request.Header.Get("Host"); got != c.recorded {
				t.Errorf("recorded Host %s, want %s", got, c.recorded)
			}
			if x.Host != up.addr {
				t.Errorf("recorded as sent to %s", x.Host)
			}
		})
	}
}

func TestPrefix(t *testing.T) {
	for _, c := range []struct{ prefix, uri, want string }{
		{"", "/api", "/api"},
		{"/gitlab", "/api?x", "/gitlab/api?x"},
		{"/gitlab", "/gitlab/api", "/gitlab/api"},
		{"/gitlab", "/gitlab", "/gitlab"},
		{"/gitlab", "/gitlab?x", "/gitlab?x"},
		{"/gitlab", "/gitlabs", "/gitlab/gitlabs"},
		{"/gitlab", "*", "*"},
	} {
		if got := underPrefix(c.prefix, c.uri); got != c.want {
			t.Errorf("underPrefix(%q, %q) = %q, want %q", c.prefix, c.uri, got, c.want)
		}
	}
}

func TestOptionsForTheServer(t *testing.T) {
	up := newWireUpstream(t, nil)
	r := newRig(t, "http://"+up.addr+"/gitlab")
	client := r.dial(runnertape.Reverse)
	client.send("OPTIONS * HTTP/1.1\nHost: x\n\n")
	server := up.accept()
	if got := server.head(); !strings.HasPrefix(got, "OPTIONS * HTTP/1.1\n") {
		t.Errorf("upstream got\n%s", got)
	}
	server.send("HTTP/1.1 204 No Content\n\n")
	client.head()
}

func TestUnreadHost(t *testing.T) {
	up := newWireUpstream(t, nil)
	other := newWireUpstream(t, nil)
	r := newRig(t, "http://"+up.addr)
	client := r.dial(runnertape.Forward)
	client.send("GET http://" + other.addr + "/x?y HTTP/1.1\nHost: z\n\n")
	server := other.accept()
	if got, want := server.head(), "GET /x?y HTTP/1.1\nHost: "+other.addr+"\n"; got != want {
		t.Errorf("upstream got\n%s", got)
	}
	server.send("HTTP/1.1 200 OK\nContent-Length: 2\n\nhi")
	client.head()
	client.want("hi")
	r.close()
	if n := r.rec.Tunnels().Counts()[other.addr]; n.Requests != 1 || n.Connections != 0 {
		t.Errorf("counted %+v", n)
	}
	if r.rec.Exchanges() != 0 || r.sink.puts != 0 {
		t.Error("an unread host was recorded")
	}
}

func TestConnectionsAreNumbered(t *testing.T) {
	r := newRig(t, httpUpstream(t, noContent))
	for want := uint64(1); want <= 3; want++ {
		client := r.dial(ways[want-1])
		for range 2 {
			client.send("GET " + r.target(ways[want-1], "/") + " HTTP/1.1\nHost: " + r.host + "\n\n")
			client.head()
			x := r.sink.done(r.rec.Exchanges())
			if x.Conn != want || x.Client != client.LocalAddr().String() {
				t.Errorf("%s: connection %d from %s, want %d from %s", x.Way, x.Conn, x.Client, want, client.LocalAddr())
			}
		}
	}
}
