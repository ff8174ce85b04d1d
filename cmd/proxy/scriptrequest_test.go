package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"runnertape/fixtures/runner"
)

// cloning is a Play that clones the job's commit before its script.
func cloning(ts *testscript.TestScript, dir string, set map[string]string) runner.Play {
	env := []string{"HOME=" + ts.Getenv("HOME"), "GIT_CONFIG_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0"}
	if proxy := set["proxy"]; proxy != "" {
		env = append(env, "http_proxy="+proxy, "https_proxy="+proxy, "no_proxy=", "NO_PROXY=")
	}
	if ca := set["ca"]; ca != "" {
		env = append(env, "GIT_SSL_CAINFO="+ts.MkAbs(ca))
	}
	return func(ctx context.Context, p *runner.Payload) (runner.Played, error) {
		played, err := runner.Perform(ctx, p)
		if p.Variable("GIT_STRATEGY") == "none" || err != nil {
			return played, err
		}
		dir := filepath.Join(dir, p.JobInfo.Name)
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return played, err
		}
		if log, err := runner.Clone(ctx, p, dir, env...); err != nil {
			return played, fmt.Errorf("%w: %s", err, log)
		}
		return played, nil
	}
}

// scriptClient is an HTTP client with the proxy and the CA of the settings.
func scriptClient(ts *testscript.TestScript, set map[string]string) *http.Client {
	transport := &http.Transport{}
	if text := set["proxy"]; text != "" {
		u, err := url.Parse(text)
		ts.Check(err)
		transport.Proxy = http.ProxyURL(u)
	}
	if file := set["ca"]; file != "" {
		pem, err := os.ReadFile(ts.MkAbs(file))
		ts.Check(err)
		transport.TLSClientConfig = &tls.Config{RootCAs: x509.NewCertPool()}
		transport.TLSClientConfig.RootCAs.AppendCertsFromPEM(pem)
	}
	return &http.Client{Transport: transport}
}

// doRequest is `request METHOD URL [proxy=URL] [ca=FILE] [header=NAME:VALUE] [body=TEXT]`: prints status and
// body of the answer; a body is JSON. With ! the request must not be answered at all.
func doRequest(ts *testscript.TestScript, neg bool, args []string) {
	set, rest := settings(args[2:])
	if len(rest) > 0 {
		ts.Fatalf("usage: request METHOD URL name=value…")
	}
	client := scriptClient(ts, set)
	defer client.CloseIdleConnections()
	client.Timeout = patience
	req, err := http.NewRequest(args[0], args[1], strings.NewReader(set["body"]))
	ts.Check(err)
	if set["body"] != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if name, value, ok := strings.Cut(set["header"], ":"); ok {
		req.Header.Set(name, value)
	}
	res, err := client.Do(req)
	if neg != (err != nil) {
		ts.Fatalf("request: %v", err)
	}
	if err != nil {
		fmt.Fprintln(ts.Stderr(), err)
		return
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	ts.Check(err)
	fmt.Fprintf(ts.Stdout(), "%d\n%s\n", res.StatusCode, body)
}

// filler is {N} in what doRaw sends: so many letters.
var filler = regexp.MustCompile(`\{\d+\}`)

// doRaw is `raw ADDRESS FILE…`: sends each file by a connection of its own, with CRLF for its line ends, the environment's
// values for $NAME and letters for {N}, and prints what comes back until the end.
func doRaw(ts *testscript.TestScript, _ bool, args []string) {
	for _, file := range args[1:] {
		text := os.Expand(ts.ReadFile(file), ts.Getenv)
		text = filler.ReplaceAllStringFunc(text, func(n string) string {
			count, err := strconv.Atoi(n[1 : len(n)-1])
			ts.Check(err)
			return strings.Repeat("x", count)
		})
		c, err := net.Dial("tcp", args[0])
		ts.Check(err)
		ts.Check(c.SetDeadline(time.Now().Add(patience)))
		_, err = io.WriteString(c, strings.ReplaceAll(text, "\n", "\r\n"))
		if err == nil {
			ts.Check(c.(*net.TCPConn).CloseWrite())
		} // else it was refused before its end
		answer, _ := io.ReadAll(c) // which a reset may end
		fmt.Fprintf(ts.Stdout(), "%s\n", answer)
		c.Close()
	}
}

// doNoise is `noise URL TIMES BYTES`: posts random bytes.
func doNoise(ts *testscript.TestScript, _ bool, args []string) {
	times, err := strconv.Atoi(args[1])
	ts.Check(err)
	size, err := strconv.Atoi(args[2])
	ts.Check(err)
	random := rand.New(rand.NewPCG(1, 2))
	for range times {
		body := make([]byte, size)
		for i := range body {
			body[i] = byte(random.Uint32())
		}
		resp, err := scriptClient(ts, nil).Post(args[0], "application/octet-stream", bytes.NewReader(body))
		ts.Check(err)
		_, err = io.Copy(io.Discard, resp.Body)
		ts.Check(err)
		ts.Check(resp.Body.Close())
	}
}
