package proxy

import (
	"bufio"
	"bytes"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// ourRefusal is what the recorder says itself: to who sends what is no request, and
// to who asks on when the upstream has ended.
var ourRefusal = regexp.MustCompile(`(?s)HTTP/1\.1 (?:4\d\d|502) [A-Za-z ]+\r\nContent-Type: text/plain; charset=utf-8\r\n.*\r\n\r\nrunnertape: .*\n$`)

var fieldName = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")

// Whatever the two sides say, each gets what the other has said from the
// beginning, and all of it if that is one whole message to net/http; and all comes to an end.
func FuzzPair(f *testing.F) {
	text, err := os.ReadFile("testdata/fidelity.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, c := range parseTalks(f, string(text)) {
		var says [2]string
		for _, s := range c.steps {
			side := 0
			if s.upstream {
				side = 1
			}
			says[side] += strings.NewReplacer("{base}", "", "{host}", "h").Replace(s.text)
		}
		if len(says[0])+len(says[1]) < 1<<10 {
			f.Add([]byte(says[0]), []byte(says[1]), uint8(len(says[0])))
		}
	}
	rec := NewRecorder(RecorderConfig{
		Upstream: Upstream{URL: &url.URL{Scheme: "http", Host: "h:80"}, Resolve: map[string]string{"h": "127.0.0.1:1"}},
		Sink:     nowhere{}, Logger: slog.New(slog.DiscardHandler),
	})
	f.Cleanup(func() { rec.Close() })
	ln := listen(f)
	f.Fuzz(func(t *testing.T, request, answer []byte, size uint8) {
		client, clientOfOurs := tcpPair(t, ln)
		server, serverOfOurs := tcpPair(t, ln)
		var atClient, atServer bytes.Buffer
		var all sync.WaitGroup
		all.Go(func() {
			rec.handle(clientOfOurs, connection{number: 1, client: "x", target: "h:80", scheme: "http", ahead: serverOfOurs})
		})
		all.Go(func() {
			for rest := request; len(rest) > 0; {
				n := min(len(rest), int(size)+1)
				if _, err := client.Write(rest[:n]); err != nil {
					break
				}
				rest = rest[n:]
			}
			closeWrite(client)
		})
		all.Go(func() { io.Copy(&atClient, client) })
		all.Go(func() {
			first := make([]byte, 1)
			n, _ := server.Read(first)
			atServer.Write(first[:n])
			if n > 0 {
				all.Go(func() {
					server.Write(answer)
					closeWrite(server)
				})
			}
			io.Copy(&atServer, server)
		})
		late := time.AfterFunc(patience, func() {
			stacks := make([]byte, 1<<20)
			panic("hangs:\n" + string(stacks[:runtime.Stack(stacks, true)]))
		})
		all.Wait()
		late.Stop()
		method, oneRequest := wholeRequest(request)
		if got := atServer.Bytes(); !bytes.HasPrefix(request, got) || oneRequest && !bytes.Equal(request, got) {
			t.Errorf("upstream got %q of %q", got, request)
		}
		got := ourRefusal.ReplaceAll(atClient.Bytes(), nil)
		if !bytes.HasPrefix(answer, got) || oneRequest && wholeAnswer(answer, method) && !bytes.Equal(answer, got) {
			t.Errorf("client got %q of %q", got, answer)
		}
	})
}

// tcpPair is both ends of a connection, which are closed in the end.
func tcpPair(t *testing.T, ln net.Listener) (near, far net.Conn) {
	t.Helper()
	near, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	far, err = ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		near.(*net.TCPConn).SetLinger(0) // thousands must not be left waiting
		near.Close()
		far.Close()
	})
	return near, far
}

// wholeRequest tells whether net/http takes b for one request and nothing more.
func wholeRequest(b []byte) (method string, ok bool) {
	r := bufio.NewReader(bytes.NewReader(b))
	q, err := http.ReadRequest(r)
	if err != nil || q.ProtoMajor != 1 {
		return "", false
	}
	for name := range q.Header {
		if !fieldName.MatchString(name) { // net/http's server looks at that later
			return "", false
		}
	}
	_, err = io.Copy(io.Discard, q.Body)
	return q.Method, err == nil && r.Buffered() == 0
}

// wholeAnswer tells whether net/http takes b for one final response to method,
// and nothing more.
func wholeAnswer(b []byte, method string) bool {
	r := bufio.NewReader(bytes.NewReader(b))
	for {
		p, err := http.ReadResponse(r, &http.Request{Method: method})
		if err != nil || p.ProtoMajor != 1 {
			return false
		}
		if p.StatusCode < 200 && p.StatusCode != http.StatusSwitchingProtocols {
			continue
		}
		_, err = io.Copy(io.Discard, p.Body)
		return err == nil && r.Buffered() == 0
	}
}
