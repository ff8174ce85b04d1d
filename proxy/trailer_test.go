package proxy

import (
	"strings"
	"testing"

	"runnertape"
)

func TestTrailers(t *testing.T) {
	for _, announced := range []string{"", "Trailer: X-B, X-A\n"} {
		t.Run(announced, func(t *testing.T) {
			up := newWireUpstream(t, nil)
			r := newRig(t, "http://"+up.addr)
			client := r.dial(runnertape.Reverse)
			body := "3\nabc\n0\nX-A: 1\nX-B: 2\n\n"
			client.send("POST / HTTP/1.1\nHost: x\nTe: trailers\nTransfer-Encoding: chunked\n" + announced + "\n" + body)
			server := up.accept()
			head := server.head()
			if !strings.Contains(head, "Te: trailers\n") || strings.Contains(head, "Trailer:") != (announced != "") {
				t.Errorf("upstream got\n%s", head)
			}
			server.want(body)
			server.send("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n" + announced + "\n" + body)
			if head := client.head(); strings.Contains(head, "Trailer:") != (announced != "") {
				t.Errorf("client got\n%s", head)
			}
			client.want(body)
			x := r.sink.done(1)
			for _, h := range []runnertape.Header{x.Request.Trailer, x.Response.Trailer} {
				if len(h) != 2 || h.Get("X-A") != "1" || h.Get("X-B") != "2" {
					t.Errorf("recorded %v", h)
				}
			}
			if x.Request.Header.Has("Trailer") != (announced != "") || x.Response.Header.Has("Trailer") != (announced != "") {
				t.Errorf("recorded %v, %v", x.Request.Header, x.Response.Header)
			}
		})
	}
}
