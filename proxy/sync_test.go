package proxy

import (
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"runnertape"
)

func syncing(c *RecorderConfig) { c.Sync = true }

// With Sync the client has the end of an answer only when a Commit has made what
// it says durable.
func TestSync(t *testing.T) {
	for _, c := range []struct{ name, method, answer, before string }{
		{"length", "GET", "HTTP/1.1 200 OK\nContent-Length: 3\n\nabc", ""},
		{"chunked", "GET", "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n3\nabc\n0\n\n", ""},
		{"no body", "GET", "HTTP/1.1 204 No Content\n\n", ""},
		{"head", "HEAD", "HTTP/1.1 200 OK\nContent-Length: 3\n\n", ""},
		{"to the close", "GET", "HTTP/1.1 200 OK\n\nabc", "HTTP/1.1 200 OK\n\nabc"},
	} {
		for _, way := range ways {
			t.Run(c.name+", "+string(way), func(t *testing.T) {
				up := newWireUpstream(t, nil)
				r := newRig(t, "http://"+up.addr, syncing)
				committing, goOn := make(chan bool), make(chan bool)
				wanted := c.answer == c.before // with the end only
				r.sink.commit = func() error {
					r.sink.mu.Lock()
					x := r.sink.last[1]
					body := r.sink.bodies[bodyKey{1, runnertape.ResponseSide}]
					whole := x != nil && x.Response != nil && (!strings.Contains(c.answer, "abc") || body != nil && body.String() == "abc") &&
						(!wanted || x.State == runnertape.Done)
					r.sink.mu.Unlock()
					if whole && committing != nil {
						committing <- true
						<-goOn
						committing = nil
					}
					return nil
				}
				client := r.dial(way)
				client.send(c.method + " " + r.target(way, "/") + " HTTP/1.1\nHost: x\n\n")
				server := up.accept()
				server.head()
				server.send(c.answer)
				client.want(c.before)
				if wanted {
					server.Close()
				}
				<-committing
				client.SetReadDeadline(time.Now()) // what the recorder has sent is here: this is loopback
				if b, err := client.r.Peek(1); err == nil {
					t.Errorf("client got %q... before the commit", b)
				} else if ne, ok := errors.AsType[net.Error](err); !ok || !ne.Timeout() {
					t.Errorf("client got the end before the commit: %v", err)
				}
				client.SetReadDeadline(time.Now().Add(patience))
				close(goOn)
				client.want(strings.TrimPrefix(c.answer, c.before))
				server.Close()
				client.rest()
			})
		}
	}
}

// A Sink that fails to commit lets go of who waits for that.
func TestSyncFails(t *testing.T) {
	up := newWireUpstream(t, nil)
	r := newRig(t, "http://"+up.addr, syncing)
	r.closing.Do(func() {}) // the end is looked at here
	failure := errors.New("disk full")
	r.sink.commit = func() error { return failure }
	client := r.dial(runnertape.Reverse)
	client.send("GET / HTTP/1.1\nHost: x\n\n")
	server := up.accept()
	server.head()
	server.send("HTTP/1.1 200 OK\nContent-Length: 3\n\nabc")
	client.want("HTTP/1.1 200 OK\nContent-Length: 3\n\nabc")
	<-r.rec.Failed()
	client.send("GET / HTTP/1.1\nHost: x\n\n")
	if rest, _ := client.rest(); rest != "" {
		t.Errorf("answered %q", rest)
	}
	r.stop()
	r.awaitServed()
	if err := r.rec.Close(); !errors.Is(err, failure) {
		t.Errorf("Close: %v", err)
	}
}
