package proxy

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"time"

	"runnertape"
)

// nowhere is a Sink that keeps nothing: what remains is the Recorder.
type nowhere struct{}

func (nowhere) Put(*runnertape.Exchange) error              { return nil }
func (nowhere) Write(uint64, runnertape.Side, []byte) error { return nil }
func (nowhere) Commit() error                               { return nil }

// BenchmarkRecorder sends each request direct, through httputil.ReverseProxy and
// through a Recorder in turn, so that the ratios hold although the machine's speed varies.
// The ratios are of throughput: 1 is as fast as the other.
func BenchmarkRecorder(b *testing.B) {
	base := httpUpstream(b, func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		if r.Method == http.MethodGet {
			w.Header().Set("Content-Length", "67108864")
			io.Copy(w, pattern(64<<20))
			return
		}
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, strings.Repeat("x", 2048))
	})
	subjects := []struct{ name, base string }{
		{"direct", base},
		{"reverseproxy", reverseProxy(b, base)},
		{"recorder", recorder(b, base)},
	}
	for _, c := range []struct {
		name, method string
		request      int64
		response     int64
	}{
		{"poll-2KiB-2KiB", http.MethodPost, 2 << 10, 2 << 10},
		{"trace-16KiB", http.MethodPatch, 16 << 10, 2 << 10},
		{"upload-64MiB", http.MethodPost, 64 << 20, 2 << 10},
		{"download-64MiB", http.MethodGet, 0, 64 << 20},
	} {
		b.Run(c.name, func(b *testing.B) {
			took := map[string]time.Duration{}
			client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
			defer client.CloseIdleConnections()
			b.SetBytes((c.request + c.response) * int64(len(subjects)))
			for b.Loop() {
				for _, s := range subjects {
					began := time.Now()
					if err := ask(client, c.method, s.base, c.request, c.response); err != nil {
						b.Fatal(err)
					}
					took[s.name] += time.Since(began)
				}
			}
			for _, s := range subjects {
				b.ReportMetric(float64(took[s.name].Nanoseconds())/float64(b.N), s.name+"-ns")
			}
			ratio := func(a, c string) float64 { return float64(took[a]) / float64(took[c]) }
			b.ReportMetric(ratio("direct", "recorder"), "of-direct")
			b.ReportMetric(ratio("reverseproxy", "recorder"), "of-reverseproxy")
		})
	}
}

func ask(client *http.Client, method, base string, request, response int64) error {
	r, err := http.NewRequest(method, base, io.NopCloser(pattern(request)))
	if err != nil {
		return err
	}
	if r.ContentLength = request; request == 0 {
		r.Body = nil
	}
	resp, err := client.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if n, err := io.Copy(io.Discard, resp.Body); err != nil || n != response {
		return fmt.Errorf("%d bytes: %w", n, err)
	}
	return nil
}

func reverseProxy(b *testing.B, base string) string {
	u, err := url.Parse(base)
	if err != nil {
		b.Fatal(err)
	}
	transport := &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 256}
	b.Cleanup(transport.CloseIdleConnections)
	p := &httputil.ReverseProxy{
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(u) },
		Transport:     transport,
		FlushInterval: -1,
	}
	return httpUpstream(b, p.ServeHTTP)
}

func recorder(b *testing.B, base string) string {
	u, err := url.Parse(base)
	if err != nil {
		b.Fatal(err)
	}
	logger := slog.New(slog.DiscardHandler)
	rec := NewRecorder(RecorderConfig{Upstream: Upstream{URL: u}, Sink: nowhere{}, Logger: logger})
	ca, err := LoadCA(b.TempDir(), AnyHost)
	if err != nil {
		b.Fatal(err)
	}
	door := NewDoor(Config{Recorder: rec, CA: ca, Intercept: rec.Intercepts, Logger: logger})
	ln := listen(b)
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- door.Serve(ctx, ctx, ln) }()
	b.Cleanup(func() {
		stop()
		<-served
		rec.Close()
	})
	return "http://" + ln.Addr().String()
}
