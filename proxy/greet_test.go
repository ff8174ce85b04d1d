package proxy

import (
	"crypto/tls"
	"log/slog"
	"net/http"
	"testing"

	"runnertape"
)

// A client that does not trust the CA is told of once, with what to do; one that does is not.
func TestUntrustingClient(t *testing.T) {
	r, up := secureRig(t)
	for range 2 {
		client := tls.Client(r.dial(runnertape.Connect), &tls.Config{ServerName: "127.0.0.1"})
		if err := client.Handshake(); err == nil {
			t.Fatal("the client trusts any CA")
		}
		up.accept()
	}
	r.dialSecure().send("GET / HTTP/1.1\nHost: x\n\n")
	up.accept().head()
	r.close()
	if n := r.log.count("does not trust the certificate for " + up.addr + ", and asks nothing; have it trust " + r.ca.File()); n != 1 {
		t.Errorf("%d lines say it", n)
	}
}

// A replay has no other sign of such a client either.
func TestUntrustingClientOfAHandler(t *testing.T) {
	ca, err := LoadCA(t.TempDir(), AnyHost)
	if err != nil {
		t.Fatal(err)
	}
	told := newLog()
	door := NewDoor(Config{
		Handler: http.HandlerFunc(noContent), CA: ca, Intercept: func(string) bool { return true },
		Logger: slog.New(slog.NewTextHandler(told, nil)),
	})
	w := dialDoor(t, door)
	w.send("CONNECT gitlab.example:443 HTTP/1.1\nHost: x\n\n")
	w.head()
	tls.Client(w, &tls.Config{ServerName: "gitlab.example"}).Handshake() // the alert is its end
	w.rest()                                                             // until the door has closed
	if n := told.count("does not trust the certificate for gitlab.example:443"); n != 1 {
		t.Errorf("%d lines say it", n)
	}
}
