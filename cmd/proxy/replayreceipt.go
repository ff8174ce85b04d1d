package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"

	"runnertape/replay"
)

// receiptFile is what --receipt writes.
type receiptFile struct {
	File     string `json:"file"`             // the recording, as it was named
	SHA256   string `json:"sha256,omitempty"` // of it; not of one that is being recorded
	ExitCode int    `json:"exit_code"`        // of the replay
	replay.Receipt
}

// writeReceipt makes the file of --receipt, without what redaction hides.
func (r *replayRun) writeReceipt(c replay.Receipt, code int) error {
	file := receiptFile{File: r.settings.path, ExitCode: code, Receipt: c}
	if !r.growing { // else it has another digest by now
		var err error
		if file.SHA256, err = fileDigest(file.File); err != nil {
			return err
		}
	}
	return toOutput(r.settings.receipt, r.process.stdout, func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(file)
	})
}

// fileDigest is the SHA-256 of a file, hex.
func fileDigest(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
