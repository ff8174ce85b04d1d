package proxy

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"

	"runnertape"
)

// fidelityWays are how what testdata/fidelity.txt has is said. Direct shows what a
// connection does with it; all others must do the same.
var fidelityWays = []struct {
	name             string
	way              runnertape.Way // empty: direct
	secure, upSecure bool           // TLS on the client's side, and on the upstream's
}{
	{name: "direct"},
	{name: "reverse", way: runnertape.Reverse},
	{name: "forward", way: runnertape.Forward},
	{name: "connect", way: runnertape.Connect},
	{name: "reverse to TLS", way: runnertape.Reverse, upSecure: true},
	{name: "direct TLS", secure: true, upSecure: true},
	{name: "connect TLS", way: runnertape.Connect, secure: true, upSecure: true},
}

func TestFidelity(t *testing.T) {
	text, err := os.ReadFile("testdata/fidelity.txt")
	if err != nil {
		t.Fatal(err)
	}
	cases := parseTalks(t, string(text))
	recorded := map[string]string{} // by case
	for _, w := range fidelityWays {
		t.Run(w.name, func(t *testing.T) {
			config, pool := upstreamTLS(t)
			up := newWireUpstream(t, nil)
			scheme := "http://"
			if w.upSecure {
				scheme = "https://"
			}
			var r *rig
			if w.way != "" {
				r = newRig(t, scheme+up.addr, func(c *RecorderConfig) { c.Upstream.RootCAs = pool })
				pool = r.trust()
			}
			id := uint64(0) // of the last exchange that was looked at
			for _, c := range cases {
				if c.cuts && w.secure != w.upSecure || c.cuts && !w.secure {
					continue
				}
				t.Run(c.name, func(t *testing.T) {
					k := talking{t: t, direct: r == nil, host: up.addr, upstream: up, losses: c.losses[w.way]}
					if w.upSecure {
						k.upTLS = config
					}
					if w.way == runnertape.Forward {
						k.base = scheme + up.addr
					}
					k.client = dialTalk(t, r, w.way, up.addr)
					if w.secure {
						k.client = secureTalk(t, k.client, pool)
					}
					for _, s := range c.steps {
						k.step(s)
					}
					k.finish()
					if r == nil {
						return
					}
					got := ""
					for ; id < r.rec.Exchanges(); id++ {
						got += summary(r.sink, id+1)
					}
					if want, ok := recorded[c.name]; ok && want != got {
						t.Errorf("recorded\n%sand by another way\n%s", got, want)
					}
					recorded[c.name] = got
				})
			}
			if r != nil {
				r.t = t
			}
		})
	}
}

// summary is what must be recorded of an exchange by whatever way.
func summary(m *memory, id uint64) string {
	x := m.done(id)
	s := fmt.Sprintf("%s %s %d", x.Request.Method, x.Request.Body.Framing, x.Status())
	if x.Response != nil {
		s += fmt.Sprintf(" %s truncated %t", x.Response.Body.Framing, x.Response.Body.Truncated)
	}
	if x.Failure != nil {
		s += fmt.Sprintf(" failed on side %v at %d: %s", x.Failure.Side, x.Failure.Byte, x.Failure.Text)
	}
	up, down := m.body(id, runnertape.RequestSide), m.body(id, runnertape.ResponseSide)
	return fmt.Sprintf("%s\n%.100q truncated %t\n%.100q\n", s, up, x.Request.Body.Truncated, down)
}

func dialTalk(t *testing.T, r *rig, way runnertape.Way, addr string) *wire {
	t.Helper()
	if r != nil {
		r.t = t
		return r.dial(way)
	}
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	return newWire(t, c)
}

func secureTalk(t *testing.T, c *wire, pool *x509.CertPool) *wire {
	return newWire(t, tls.Client(beneathTLS{c.Conn}, &tls.Config{RootCAs: pool, ServerName: "127.0.0.1"}))
}

// talking has a client and an upstream say one case of the file.
type talking struct {
	t        *testing.T
	direct   bool
	base     string // scheme and host in the targets that the client names
	host     string
	losses   []string // what the upstream must not get
	upstream *wireUpstream
	upTLS    *tls.Config

	client, server               *wire  // server is nil until something is to arrive there
	toServer, toClient           string // on the way
	clientEnd, serverEnd         string // how each has ended, if it has
	clientSawEnd, serverSawAnEnd bool
}

func (k *talking) step(s talkStep) {
	k.t.Helper()
	sender := k.client
	if s.upstream {
		k.accept()
		sender = k.server
	}
	if s.end != "" {
		endTalk(sender, s.end)
		if s.upstream {
			k.serverEnd = s.end
		} else {
			k.clientEnd = s.end
		}
	}
	sent := make(chan error, 1)
	text := k.expand(s.text, k.base)
	go func() { // large texts need a reader
		var err error
		if text != "" {
			_, err = io.WriteString(sender, text)
		}
		sent <- err
	}()
	if s.upstream {
		k.toClient += text
	} else {
		arrives := k.expand(s.text, "")
		for _, lost := range k.losses {
			arrives = strings.ReplaceAll(arrives, lost, "")
		}
		k.toServer += arrives
	}
	if !s.ahead || k.direct {
		k.arrive(s.upstream)
	}
	if err := <-sent; err != nil {
		k.t.Fatalf("send %.80q: %v", text, err)
	}
}

func (k *talking) expand(text, base string) string {
	return strings.NewReplacer("{base}", base, "{host}", k.host).Replace(text)
}

func (k *talking) accept() {
	k.t.Helper()
	if k.server != nil {
		return
	}
	k.server = k.upstream.accept()
	if k.upTLS != nil {
		k.server = newWire(k.t, tls.Server(beneathTLS{k.server.Conn}, k.upTLS))
	}
	k.server.t = k.t
}

// arrive has all that is on the way arrive, byte by byte as it was sent, and
// the end in the way it came about.
func (k *talking) arrive(atClient bool) {
	k.t.Helper()
	who, receiver, text, end, saw := "client", k.client, &k.toClient, k.serverEnd, &k.clientSawEnd
	if !atClient {
		k.accept()
		who, receiver, text, end, saw = "upstream", k.server, &k.toServer, k.clientEnd, &k.serverSawAnEnd
	}
	got := make([]byte, len(*text))
	if n, err := io.ReadFull(receiver.r, got); err != nil || string(got) != *text {
		i := 0
		for i < n && got[i] == (*text)[i] {
			i++
		}
		k.t.Fatalf("%s got %d bytes of %d, %v; from %d on\n%.200q\nand not\n%.200q", who, n, len(got), err, i, got[i:n], (*text)[i:])
	}
	*text = ""
	if end != "" && !*saw {
		*saw = true
		rest, err := io.ReadAll(receiver.r)
		if got := howEnded(err); got != end || len(rest) > 0 {
			k.t.Fatalf("%s got %q and %s (%v), the other side's end was %s", who, rest, got, err, end)
		}
	}
}

// finish ends a talk that has no end: the client leaves.
func (k *talking) finish() {
	k.t.Helper()
	k.arrive(true)
	if k.clientEnd == "" && k.serverEnd == "" {
		endTalk(k.client, "close")
		k.clientEnd = "close"
	}
	if k.toServer != "" || k.clientEnd != "" {
		k.arrive(false)
	}
	k.client.Close()
	k.server.Close()
}

func endTalk(w *wire, how string) {
	switch how {
	case "close":
		closeWrite(w.Conn)
	case "reset":
		tcpOf(w.Conn).SetLinger(0)
		tcpOf(w.Conn).Close()
	case "cut":
		tcpOf(w.Conn).CloseWrite()
	}
}

func howEnded(err error) string {
	switch {
	case err == nil:
		return "close"
	case errors.Is(err, errTruncated):
		return "cut"
	case errors.Is(err, syscall.ECONNRESET):
		return "reset"
	}
	return err.Error()
}
