package proxy

import (
	"crypto/tls"
	"strings"
	"testing"

	"runnertape"
)

// A client that speaks TLS to the recorder's own URL is told at once that it is http://.
func TestTLSWithoutConnect(t *testing.T) {
	r := newRig(t, "http://127.0.0.1:1")
	client := r.dial(runnertape.Reverse)
	err := tls.Client(client.Conn, &tls.Config{ServerName: "x"}).Handshake()
	if err == nil || !strings.Contains(err.Error(), "first record does not look like a TLS handshake") {
		t.Errorf("handshake: %v", err)
	}
	if r.log.count("it is TLS; the recorder's own URL begins with http://") != 1 {
		t.Error("not said in the log")
	}
}

// What is no request goes nowhere, and is answered.
func TestRefused(t *testing.T) {
	for _, c := range []struct{ request, status string }{
		{"GET\n\n", "400"},
		{"GET / HTTP/2.0\n\n", "400"},
		{"GET /a b HTTP/1.1\n\n", "400"},
		{"G{T / HTTP/1.1\n\n", "400"},
		{"GET / HTTP/1.1\nno colon\n\n", "400"},
		{"GET / HTTP/1.1\nName : x\n\n", "400"},
		{"GET / HTTP/1.1\n folded: first\n\n", "400"},
		{"POST / HTTP/1.1\nContent-Length: 1\nContent-Length: 2\n\nhi", "400"},
		{"POST / HTTP/1.1\nContent-Length: 1, 1\n\nh", "400"},
		{"POST / HTTP/1.1\nContent-Length: -1\n\n", "400"},
		{"POST / HTTP/1.1\nTransfer-Encoding: gzip\n\n", "400"},
		{"GET nowhere HTTP/1.1\n\n", "400"},
		{"GET ftp://x/ HTTP/1.1\n\n", "400"},
		{"GET http:///x HTTP/1.1\n\n", "400"},
		{"CONNECT / HTTP/1.1\n\n", "400"},
		{"GET /" + strings.Repeat("x", maxRequestHead) + " HTTP/1.1\n\n", "431"},
	} {
		t.Run(c.request[:min(len(c.request), 40)], func(t *testing.T) {
			up := newWireUpstream(t, nil)
			r := newRig(t, "http://"+up.addr)
			client := r.dial(runnertape.Reverse)
			client.send(c.request)
			if head := client.head(); !strings.HasPrefix(head, "HTTP/1.1 "+c.status+" ") {
				t.Errorf("client got\n%s", head)
			}
			if rest, orderly := client.rest(); !strings.HasPrefix(rest, "runnertape: ") || !orderly {
				t.Errorf("client got %q, %t", rest, orderly)
			}
			if r.rec.Exchanges() != 0 {
				t.Error("recorded")
			}
		})
	}
}

// A client that connects and goes, or breaks off its first head, leaves nothing behind.
func TestClientSaysLittle(t *testing.T) {
	for _, said := range []string{"", "\n", "GET / HT", "GET / HTTP/1.1\nHost: x\n"} {
		for _, leave := range []func(*wire){func(w *wire) { w.Close() }, (*wire).reset} {
			r := newRig(t, "http://127.0.0.1:1")
			client := r.dial(runnertape.Reverse)
			client.send(said)
			leave(client)
			r.awaitLinks(0)
			if r.rec.Exchanges() != 0 {
				t.Error("recorded")
			}
		}
	}
}

// The connection to the target of a CONNECT ends with the client's, also where
// that has said nothing inside.
func TestNothingInsideConnect(t *testing.T) {
	for name, leave := range map[string]func(*wire){"closes": func(w *wire) { w.Close() }, "resets": (*wire).reset} {
		for _, secure := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				up := newWireUpstream(t, nil)
				r := newRig(t, "http://"+up.addr)
				client := r.dial(runnertape.Connect)
				server := up.accept()
				if secure {
					client.Write([]byte{tlsHandshakeRecord, 3, 1})
				}
				leave(client)
				if rest, _ := server.rest(); rest != "" {
					t.Errorf("upstream got %q", rest)
				}
			})
		}
	}
}
