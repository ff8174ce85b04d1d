package proxy

import (
	"os"
	"runtime"
	"testing"
	"time"

	"runnertape"
)

// faulty is a Rewriter with a fault.
type faulty struct{ in string }

func (f faulty) Wants(x *runnertape.Exchange) bool {
	if f.in == "Wants" && x.Request.Target == "/fault" {
		panic("a fault")
	}
	return x.Request.Target == "/fault"
}

func (f faulty) Rewrite([]byte, string) []byte { panic("a fault") }

// A fault ends the connection it is in, and nothing else.
func TestFaultIsSurvived(t *testing.T) {
	for _, in := range []string{"Wants", "Rewrite"} {
		t.Run(in, func(t *testing.T) {
			up := newWireUpstream(t, nil)
			r := newRig(t, "http://"+up.addr, func(c *RecorderConfig) { c.Rewrite = faulty{in} })
			other := r.dial(runnertape.Reverse)
			other.send("GET / HTTP/1.1\nHost: x\n\n")
			server := up.accept()
			server.head()
			client := r.dial(runnertape.Reverse)
			client.send("GET /fault HTTP/1.1\nHost: x\n\n")
			if in == "Rewrite" {
				fault := up.accept()
				fault.head()
				fault.send("HTTP/1.1 200 OK\nContent-Length: 2\n\nhi")
				fault.rest()
			}
			if rest, _ := client.rest(); rest != "" {
				t.Errorf("client got %q", rest)
			}
			if x := r.sink.done(2); x.Failure == nil {
				t.Errorf("recorded %+v", x)
			}
			server.send("HTTP/1.1 204 No Content\n\n")
			other.want("HTTP/1.1 204 No Content\n\n")
			if r.log.count("please report it") != 1 {
				t.Error("not said in the log")
			}
		})
	}
}

// While the disk is waited for, a cut is a cut.
func TestCutWhenFull(t *testing.T) {
	up := newWireUpstream(t, nil)
	r := newRig(t, "http://"+up.addr)
	full := make(chan struct{}, 1)
	r.rec.queue.maxLag, r.rec.queue.stalls = time.Hour, full // before the first request
	release := make(chan bool)
	r.sink.before = func() error { <-release; return nil }
	client := r.dial(runnertape.Reverse)
	client.send("POST / HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n")
	server := up.accept()
	server.head()
	go func() { // ends with the connection
		chunk := make([]byte, 1<<20)
		for err := error(nil); err == nil; {
			_, err = client.Write(append(append([]byte("100000\r\n"), chunk...), "\r\n"...))
		}
	}()
	go func() { server.rest() }() // ends with the connection
	idle := r.dial(runnertape.Reverse)
	idle.send("GET / HTTP/1.1\nHost: x\n\n")
	select { // not by looking again and again: a goroutine that yields keeps Go's scheduler from the sockets
	case <-full:
	case <-time.After(patience):
		t.Fatal("the queue does not fill up")
	}
	r.stop()
	r.cut()
	idle.rest() // although nothing can be recorded
	close(release)
	r.close()
	if x := r.sink.done(1); x.Failure == nil || x.Failure.Text != errStopped.Error() {
		t.Errorf("recorded %+v", x.Failure)
	}
}

// Clients that are gone leave neither goroutines nor file descriptors.
func TestDroppedPolls(t *testing.T) {
	const polls, atOnce = 1000, 100
	up := newWireUpstream(t, nil)
	r := newRig(t, "http://"+up.addr)
	held := r.dial(runnertape.Reverse) // when its request has come, all that stays is there
	held.send("GET / HTTP/1.1\nHost: x\n\n")
	up.accept().head()
	goroutines, files := runtime.NumGoroutine(), openFiles(t)
	for range polls / atOnce {
		var clients, servers []*wire
		for range atOnce {
			client := r.dial(runnertape.Reverse)
			client.send("POST /poll HTTP/1.1\nHost: x\nContent-Length: 2\n\nhi")
			clients = append(clients, client)
			server := up.accept()
			server.head()
			servers = append(servers, server)
		}
		for i, client := range clients {
			if i%2 == 0 {
				client.reset()
			}
			client.Close()
		}
		for _, server := range servers {
			server.rest()
			server.Close()
		}
	}
	r.awaitLinks(1)
	awaitGoroutines(t, goroutines)
	if now := openFiles(t); now > files {
		t.Errorf("%d open files, %d before", now, files)
	}
	r.close()
	if len(r.sink.last) != polls+1 {
		t.Errorf("%d recorded", len(r.sink.last))
	}
}

func openFiles(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip("NOT RUN: no /proc to count open files in")
	}
	return len(entries)
}
