package replay

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
)

// wire is a replay behind a socket.
func wire(t *testing.T, r *Replayer) (address string) {
	t.Helper()
	s := httptest.NewServer(r)
	t.Cleanup(s.Close)
	return s.Listener.Addr().String()
}

// talk sends a request as it stands, and reads what comes until the connection ends.
func talk(t *testing.T, address, request string) (string, error) {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, request); err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(c)
	return string(text), err
}

func patchRequest(content string) string {
	return "PATCH " + job42Trace + " HTTP/1.1\r\nHost: x\r\nJob-Token: " + job42Token + "\r\nContent-Range: 0-\r\nConnection: close\r\nContent-Length: " + "10\r\n\r\n" + content
}

func TestFaultConnection(t *testing.T) {
	const whole = "0123456789"
	for _, c := range []struct {
		rule, request, answer string
		reset                 bool
		faulted, held         int64
	}{
		{"patch_trace: drop", patchRequest(whole), "", false, 1, 0},
		{"patch_trace: drop taken", patchRequest(whole), "", false, 1, 10},
		{"patch_trace: reset", patchRequest(whole), "", true, 1, 0},
		{"patch_trace: reset taken", patchRequest(whole), "", true, 1, 10},
		{"patch_trace: drop after 4 of request", patchRequest(whole), "", false, 1, 0},
		{"patch_trace: reset after 9B", patchRequest(whole), "", true, 1, 0},
		{"patch_trace: reset after 10B", patchRequest(whole), "202 Accepted", false, 0, 10}, // there is no more
		{"patch_trace: drop after 2 of answer", patchRequest(whole), "202 Accepted…0-", false, 1, 10},
		{"patch_trace: drop after 4 of answer", patchRequest(whole), "202 Accepted…0-10", false, 0, 10},
		{"patch_trace: reset after 2 of answer", patchRequest(whole), "*", true, 1, 10},
		{"patch_trace: 413 early", patchRequest("01234"), "413 Request Entity Too Large", false, 1, 0},
	} {
		t.Run(c.rule, func(t *testing.T) {
			r := faultyReplay(t, job42(), c.rule)
			r.takeJob(t)
			answer, err := talk(t, wire(t, r), c.request)
			if reset := errors.Is(err, syscall.ECONNRESET); reset != c.reset {
				t.Errorf("%v; want reset %t", err, c.reset)
			}
			begin, end, _ := strings.Cut(c.answer, "…")
			if c.answer != "*" && (!strings.Contains(answer, begin) || !strings.HasSuffix(answer, end) || c.answer == "" && answer != "") {
				t.Errorf("answer %q, want %q", answer, c.answer)
			}
			receipt := r.Receipt()
			if receipt.Faulted != c.faulted || receipt.Jobs[0].TraceBytes != c.held || int64(receipt.Faults.Rules[0].Delivered) != c.faulted {
				t.Errorf("receipt %+v", receipt)
			}
		})
	}
}

// Nothing is answered until the client goes, or the replay is to end.
func TestFaultHang(t *testing.T) {
	for _, rule := range []string{"patch_trace: hang", "patch_trace: hang taken"} {
		ending, met := make(chan struct{}), make(chan struct{}, 2)
		r := faultyReplay(t, job42(), rule, func(o *Options) { o.Ending, o.Logger = ending, tellingFaults(met) })
		r.takeJob(t)
		address := wire(t, r)
		ctx, cancel := context.WithCancel(t.Context())
		req, _ := http.NewRequestWithContext(ctx, "PATCH", "http://"+address+job42Trace, strings.NewReader("0123456789"))
		req.Header.Set("Content-Range", "0-9")
		gone := make(chan error)
		go func() {
			_, err := http.DefaultClient.Do(req)
			gone <- err
		}()
		select {
		case err := <-gone:
			t.Fatalf("%s: %v", rule, err)
		case <-met:
		}
		cancel()
		if err := <-gone; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		answered := make(chan string)
		go func() {
			text, _ := talk(t, address, patchRequest("0123456789"))
			answered <- text
		}()
		close(ending)
		if text := <-answered; text != "" {
			t.Errorf("%s: answer %q", rule, text)
		}
	}
}

// tellingFaults is a logger that tells when a fault has met a request.
func tellingFaults(met chan<- struct{}) *slog.Logger {
	return slog.New(faultsOnly{slog.DiscardHandler, met})
}

type faultsOnly struct {
	slog.Handler
	met chan<- struct{}
}

func (f faultsOnly) Enabled(context.Context, slog.Level) bool { return true }

func (f faultsOnly) Handle(_ context.Context, r slog.Record) error {
	if r.Message == "fault" {
		f.met <- struct{}{}
	}
	return nil
}
