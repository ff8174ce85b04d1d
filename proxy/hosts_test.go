package proxy

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"runnertape"
)

// twoHosts is a client of the forward way that has asked two hosts by one
// connection. ask has it ask one of them again.
func twoHosts(t *testing.T) (r *rig, client *wire, hosts [2]*wire, ask func(host int)) {
	t.Helper()
	ups := []*wireUpstream{newWireUpstream(t, nil), newWireUpstream(t, nil)}
	r = newRig(t, "http://"+ups[0].addr, func(c *RecorderConfig) { c.Intercept = []string{ups[1].addr} })
	client = r.dial(runnertape.Forward)
	for i, up := range ups {
		client.send("GET http://" + up.addr + "/ HTTP/1.1\nHost: x\n\n")
		hosts[i] = up.accept()
		answer(client, hosts[i])
	}
	return r, client, hosts, func(host int) {
		t.Helper()
		client.send("GET http://" + ups[host].addr + "/ HTTP/1.1\nHost: x\n\n")
		hosts[host].head()
	}
}

func answer(client, server *wire) {
	client.t.Helper()
	server.head()
	server.send("HTTP/1.1 200 OK\nContent-Length: 2\n\nhi")
	client.want("HTTP/1.1 200 OK\nContent-Length: 2\n\nhi")
}

// What becomes of one host is not to be seen in what another says.
func TestIdleHostLeavesOthersAlone(t *testing.T) {
	for name, end := range map[string]func(*wire){
		"closes": func(w *wire) { w.Close() },
		"resets": (*wire).reset,
		"speaks": func(w *wire) { w.send("HTTP/1.1 408 Request Timeout\nContent-Length: 0\n\n") },
	} {
		t.Run(name, func(t *testing.T) {
			_, client, hosts, ask := twoHosts(t)
			first, second := hosts[0], hosts[1]
			ask(1)
			second.send("HTTP/1.1 200 OK\nContent-Length: 4\n\nab")
			client.want("HTTP/1.1 200 OK\nContent-Length: 4\n\nab")
			end(first)
			if name == "speaks" {
				first.rest() // it is not listened to any more
			}
			second.send("cd")
			client.want("cd")
			ask(1)
			second.send("HTTP/1.1 204 No Content\n\n")
			client.want("HTTP/1.1 204 No Content\n\n")
			second.Close() // the last
			if rest, orderly := client.rest(); rest != "" || !orderly {
				t.Errorf("then %q, %t", rest, orderly)
			}
		})
	}
}

// A host that has closed its connection is connected to again.
func TestHostIsAskedAgain(t *testing.T) {
	ups := []*wireUpstream{newWireUpstream(t, nil), newWireUpstream(t, nil)}
	r := newRig(t, "http://"+ups[0].addr, func(c *RecorderConfig) { c.Intercept = []string{ups[1].addr} })
	client := r.dial(runnertape.Forward)
	ask := func(up *wireUpstream) *wire {
		client.send("GET http://" + up.addr + "/ HTTP/1.1\nHost: x\n\n")
		server := up.accept()
		answer(client, server)
		return server
	}
	first := ask(ups[0])
	for range 3 {
		second := ask(ups[1])
		first.Close()
		r.awaitLinks(1)
		first = ask(ups[0])
		second.Close()
		r.awaitLinks(1)
	}
}

// awaitLinks waits until the only client has connections to that many hosts.
func (r *rig) awaitLinks(n int) {
	r.t.Helper()
	for end := time.Now().Add(patience); ; runtime.Gosched() {
		links := 0
		r.rec.pairs.mu.Lock()
		for p := range r.rec.pairs.open {
			p.mu.Lock()
			links += len(p.links)
			p.mu.Unlock()
		}
		r.rec.pairs.mu.Unlock()
		if links == n {
			return
		}
		if time.Now().After(end) {
			r.t.Fatalf("%d links, want %d", links, n)
		}
	}
}

// An answer that ends with its connection ends with the client's, however many
// other hosts there are.
func TestAnswerEndsWithOneOfSeveral(t *testing.T) {
	for _, c := range []struct {
		name, answer string
		end          func(*wire)
		whole        bool
	}{
		{"body to the close", "HTTP/1.1 200 OK\n\nabc", func(w *wire) { w.Close() }, true},
		{"body that is reset", "HTTP/1.1 200 OK\n\nabc", (*wire).reset, false},
		{"truncated", "HTTP/1.1 200 OK\nContent-Length: 10\n\nabc", func(w *wire) { w.Close() }, false},
		{"truncated head", "HTTP/1.1 200 OK\nabc", func(w *wire) { w.Close() }, false},
		{"nothing", "", func(w *wire) { w.Close() }, false},
		{"not HTTP", "abc\n\nabc", func(w *wire) { w.Close() }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, client, hosts, ask := twoHosts(t)
			first := hosts[0]
			ask(0)
			first.send(c.answer)
			if !strings.Contains(c.name, "head") {
				client.want(c.answer)
				c.answer = ""
			}
			c.end(first)
			if rest, _ := client.rest(); rest != strings.ReplaceAll(c.answer, "\n", "\r\n") {
				t.Errorf("then %q", rest)
			}
			if x := r.sink.done(3); (x.Failure == nil) != c.whole {
				t.Errorf("recorded %+v", x.Failure)
			}
		})
	}
}

// A CONNECT may come after other requests. Their upstream then has no part in it.
func TestConnectAfterOthers(t *testing.T) {
	for _, tunnel := range []bool{true, false} {
		up, other := newWireUpstream(t, nil), newWireUpstream(t, nil)
		r := newRig(t, "http://"+up.addr, func(c *RecorderConfig) {
			if !tunnel {
				c.Intercept = []string{other.addr}
			}
		})
		client := r.dial(runnertape.Forward)
		client.send("GET http://" + up.addr + "/ HTTP/1.1\nHost: x\n\n")
		first := up.accept()
		answer(client, first)
		client.send("CONNECT " + other.addr + " HTTP/1.1\nHost: x\n\n")
		client.head()
		if rest, orderly := first.rest(); rest != "" || !orderly {
			t.Errorf("upstream got %q", rest)
		}
		first.Close()
		client.send("GET / HTTP/1.1\nHost: x\n\n")
		second := other.accept()
		answer(client, second)
	}
}
