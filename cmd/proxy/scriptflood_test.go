package main

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net/http"

	"github.com/rogpeppe/go-internal/testscript"
)

// doFlood is `flood URL`: sends bodies of 1 MiB that cannot be compressed until one is not
// answered. An answer that is not the stand-in's 404 is an error, and so is no end.
func doFlood(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: flood URL")
	}
	const most = 200 // as many as there is room for in no script
	body := make([]byte, 1<<20)
	client := &http.Client{Transport: &http.Transport{}, Timeout: patience}
	defer client.CloseIdleConnections()
	for n := range most {
		rand.NewChaCha8([32]byte{byte(n)}).Read(body)
		res, err := client.Post(args[0], "application/octet-stream", bytes.NewReader(body))
		if err != nil {
			ts.Logf("after %d answers: %v", n, err)
			return
		}
		io.Copy(io.Discard, res.Body)
		res.Body.Close()
		if res.StatusCode != http.StatusNotFound {
			ts.Fatalf("after %d answers: %s", n, res.Status)
		}
	}
	ts.Fatalf("%d bodies were answered", most)
}
