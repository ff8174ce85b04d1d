package proxy

import (
	"bytes"
	"crypto/tls"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"

	"runnertape"
)

// secureRig is a rig before an upstream that speaks TLS.
func secureRig(t *testing.T) (*rig, *wireUpstream) {
	config, pool := upstreamTLS(t)
	up := newWireUpstream(t, config)
	return newRig(t, "https://"+up.addr, func(c *RecorderConfig) { c.Upstream.RootCAs = pool }), up
}

func TestInterception(t *testing.T) {
	config, pool := upstreamTLS(t)
	ln := listen(t)
	s := &http.Server{TLSConfig: config, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0), Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(w, r.Body)
	})}
	go s.ServeTLS(ln, "", "") // ends with Close
	t.Cleanup(func() { s.Close() })
	base := "https://" + ln.Addr().String()
	r := newRig(t, base, func(c *RecorderConfig) { c.Upstream.RootCAs = pool })
	client := r.client()
	for i := range uint64(3) {
		resp, err := client.Post(base+"/echo", "text/plain", strings.NewReader("hello"))
		if err != nil {
			t.Fatal(err)
		}
		got := readAll(t, resp.Body)
		resp.Body.Close()
		x := r.sink.done(i + 1)
		if got != "hello" || x.Way != runnertape.Connect || x.Scheme != "https" || x.Conn != 1 || x.URL() != base+"/echo" {
			t.Errorf("got %q; recorded %+v", got, x)
		}
	}
}

// Clients may send their greeting right behind the CONNECT.
func TestGreetingInTheSamePacket(t *testing.T) {
	r, up := secureRig(t)
	var hello bytes.Buffer
	recorded := &greeting{Buffer: &hello}
	tls.Client(recorded, &tls.Config{InsecureSkipVerify: true}).Handshake() // fails after its first message
	for _, c := range []struct{ name, address string }{{"intercepted", up.addr}, {"tunnelled", ""}} {
		t.Run(c.name, func(t *testing.T) {
			other := newWireUpstream(t, nil)
			if c.address == "" {
				c.address = other.addr
			}
			conn, err := net.Dial("tcp", r.addr)
			if err != nil {
				t.Fatal(err)
			}
			client := newWire(t, conn)
			io.WriteString(client, "CONNECT "+c.address+" HTTP/1.1\r\nHost: x\r\n\r\n"+hello.String())
			client.head()
			if c.address == other.addr {
				server := other.accept()
				got := make([]byte, hello.Len())
				if _, err := io.ReadFull(server, got); err != nil || !bytes.Equal(got, hello.Bytes()) {
					t.Errorf("tunnel passed %q, %v", got, err)
				}
				return
			}
			answer := make([]byte, 6) // a handshake record with a ServerHello
			if _, err := io.ReadFull(client.r, answer); err != nil || answer[0] != tlsHandshakeRecord || answer[5] != 2 {
				t.Errorf("answered % x, %v", answer, err)
			}
		})
	}
}

// greeting is a connection that only takes what is written.
type greeting struct {
	net.Conn
	*bytes.Buffer
}

func (g *greeting) Write(p []byte) (int, error) { return g.Buffer.Write(p) }
func (g *greeting) Read([]byte) (int, error)    { return 0, io.EOF }
func (g *greeting) Close() error                { return nil }

func TestTunnel(t *testing.T) {
	up := newWireUpstream(t, nil)
	other := newWireUpstream(t, nil)
	r := newRig(t, "http://"+up.addr)
	conn, err := net.Dial("tcp", r.addr)
	if err != nil {
		t.Fatal(err)
	}
	client := newWire(t, conn)
	client.send("CONNECT " + other.addr + " HTTP/1.1\nHost: x\n\n")
	if head := client.head(); !strings.HasPrefix(head, "HTTP/1.1 200 ") {
		t.Fatalf("client got\n%s", head)
	}
	server := other.accept()
	client.send("ping")
	server.want("ping")
	conn.(*net.TCPConn).CloseWrite()
	if rest, orderly := server.rest(); rest != "" || !orderly {
		t.Errorf("upstream got %q", rest)
	}
	server.send("pong!")
	server.Close()
	if rest, orderly := client.rest(); rest != "pong!" || !orderly {
		t.Errorf("client got %q", rest)
	}
	if n := r.rec.Tunnels().Counts()[other.addr]; n.Connections != 1 || n.Bytes != 9 || n.Requests != 0 {
		t.Errorf("counted %+v", n)
	}
	if r.rec.Exchanges() != 0 {
		t.Error("a tunnel was recorded")
	}
}

// unread is a log that nobody reads until it is closed.
type unread chan struct{}

func (u unread) Write(p []byte) (int, error) {
	<-u
	return len(p), nil
}

// What is said of tunnels holds none of them up.
func TestTunnelsDoNotWaitForTheLog(t *testing.T) {
	up, other := newWireUpstream(t, nil), newWireUpstream(t, nil)
	log := make(unread)
	r := newRig(t, "http://"+up.addr, func(c *RecorderConfig) { c.Logger = slog.New(slog.NewTextHandler(log, nil)) })
	t.Cleanup(func() { close(log) })
	for range 2 {
		client := r.dial(runnertape.Reverse)
		client.send("CONNECT " + other.addr + " HTTP/1.1\nHost: x\n\n")
		client.head()
		server := other.accept()
		client.send("ping")
		server.want("ping")
	}
}

func TestTunnelToNowhere(t *testing.T) {
	r := newRig(t, "http://127.0.0.1:1")
	ln := listen(t)
	ln.Close()
	conn, err := net.Dial("tcp", r.addr)
	if err != nil {
		t.Fatal(err)
	}
	client := newWire(t, conn)
	client.send("CONNECT " + ln.Addr().String() + " HTTP/1.1\nHost: x\n\n")
	if head := client.head(); !strings.HasPrefix(head, "HTTP/1.1 502 Bad Gateway\n") {
		t.Errorf("client got\n%s", head)
	}
	if text, orderly := client.rest(); !strings.HasPrefix(text, "runnertape: tunnel: ") || !orderly {
		t.Errorf("client got %q", text)
	}
}

// A door without a dialer tunnels nowhere.
func TestTunnelRefused(t *testing.T) {
	ca, err := LoadCA(t.TempDir(), AnyHost)
	if err != nil {
		t.Fatal(err)
	}
	refused := make(chan string, 1)
	door := NewDoor(Config{
		Handler: http.HandlerFunc(noContent), CA: ca, Intercept: func(string) bool { return false },
		Logger: slog.New(slog.DiscardHandler),
		Refuse: func(_ *http.Request, address string) string {
			refused <- address
			return "for a reason"
		},
	})
	client := dialDoor(t, door)
	client.send("CONNECT other.example:443 HTTP/1.1\nHost: x\n\n")
	if head := client.head(); !strings.HasPrefix(head, "HTTP/1.1 403 Forbidden\n") {
		t.Errorf("client got\n%s", head)
	}
	if text, _ := client.rest(); text != "runnertape: for a reason\n" {
		t.Errorf("client got %q", text)
	}
	if got := <-refused; got != "other.example:443" {
		t.Errorf("told %q", got)
	}
}

// The host of the CONNECT decides, whatever the request inside says.
func TestConnectDecides(t *testing.T) {
	r, up := secureRig(t)
	other := newWireUpstream(t, nil)
	inside := r.dialSecure()
	inside.send("GET http://" + other.addr + "/x HTTP/1.1\nHost: " + other.addr + "\n\n")
	server := up.accept()
	server.head()
	server.send("HTTP/1.1 204 No Content\n\n")
	inside.head()
	if x := r.sink.done(1); x.Host != up.addr || x.Request.Target != "/x" || x.Scheme != "https" {
		t.Errorf("recorded %+v", x)
	}
}
