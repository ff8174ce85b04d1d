package main

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"runnertape"
	"runnertape/decode"
	"runnertape/fixtures/planted"
	"runnertape/store"
)

// lateLeft is how much of the secrets is left.
type lateLeft struct {
	kept     int      // places in exchanges
	anywhere int      // places in bytes of the files, as they are or unpacked
	where    []string // some of them
}

func (l lateLeft) String() string {
	return fmt.Sprintf("%d times in exchanges, %d in files: %s", l.kept, l.anywhere, strings.Join(l.where, ", "))
}

// left looks for the secrets in all files of a recording.
func (k *lateKill) left(t *testing.T, dir string) (l lateLeft) {
	t.Helper()
	var needles []string
	for _, secret := range k.said.secrets {
		needles = append(needles, secret, base64.StdEncoding.EncodeToString([]byte(secret)), url.QueryEscape(secret))
	}
	count := func(where string, text []byte) (n int) {
		for _, needle := range needles {
			n += bytes.Count(text, []byte(needle))
		}
		if n > 0 && len(l.where) < 8 && !strings.HasPrefix(where, "what is unused") {
			l.where = append(l.where, fmt.Sprintf("%s %d", where, n))
		}
		l.anywhere += n
		return n
	}
	logs := map[int64][]byte{}
	for _, path := range recordings(t, dir) {
		name := filepath.Base(path)
		raw, err := os.ReadFile(path)
		mustDo(t, err)
		copied := t.TempDir() + "/copy.db" // the recorder may have it open
		mustDo(t, os.WriteFile(copied, raw, 0o600))
		count("the bytes of "+name, raw)
		count("what is compressed in "+name, planted.Residue(raw))
		r, err := store.Open(copied)
		mustDo(t, err)
		mustDo(t, r.Leftovers(func(text []byte, _ bool) error {
			count("what is unused in "+name, text)
			return nil
		}))
		for x, err := range r.Exchanges() {
			mustDo(t, err)
			head, err := json.Marshal(x)
			mustDo(t, err)
			l.kept += count(fmt.Sprintf("exchange %d", x.ID), head)
			call := decode.Classify(x.Request.Method, x.Request.Path())
			for _, side := range []runnertape.Side{runnertape.RequestSide, runnertape.ResponseSide} {
				body, err := r.Body(x.ID, side)
				mustDo(t, err)
				text, err := io.ReadAll(body)
				mustDo(t, err)
				if side == runnertape.RequestSide && call.Endpoint == decode.PatchTrace {
					logs[call.JobID] = append(logs[call.JobID], text...)
					continue
				}
				if x.Response != nil && side == runnertape.ResponseSide && x.Response.Header.ContentCoding() == "gzip" {
					if z, err := gzip.NewReader(bytes.NewReader(text)); err == nil {
						text, _ = io.ReadAll(z)
					}
				}
				l.kept += count(fmt.Sprintf("the %s body of exchange %d, %s", side, x.ID, x.Request.Target), text)
			}
		}
		mustDo(t, r.Close())
	}
	for job, log := range logs {
		l.kept += count(fmt.Sprintf("the log of job %d", job), log)
	}
	return l
}
