package har

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"iter"

	"runnertape"
)

// Options bound what is written.
type Options struct {
	MaxBody int64  // bytes of each body; what is longer is cut, with a comment
	Version string // of the program that writes
}

// Bodies opens one of the bodies of exchange id.
type Bodies func(id uint64, side runnertape.Side) (io.ReadCloser, error)

// Write writes the exchanges as one HAR, with the header of their recording in its comment. It ends with the first error.
func Write(w io.Writer, header runnertape.Recording, exchanges iter.Seq2[*runnertape.Exchange, error], bodies Bodies, o Options) error {
	out := bufio.NewWriterSize(w, 1<<16)
	creator, err := json.Marshal(Creator{Name: "runnertape", Version: o.Version})
	if err != nil {
		return err
	}
	comment, err := json.Marshal(aboutRecording(header))
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "{\"log\":{\"version\":%q,\"creator\":%s,\"comment\":%s,\"pages\":[],\"entries\":[", Version, creator, comment)
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	separator := "\n"
	for x, err := range exchanges {
		if err != nil {
			return err
		}
		entry, err := toEntry(x, bodies, o.MaxBody)
		if err != nil {
			return fmt.Errorf("exchange %d: %w", x.ID, err)
		}
		out.WriteString(separator) // errors are sticky: Encode tells
		separator = ","
		if err := e.Encode(entry); err != nil {
			return err
		}
	}
	out.WriteString("]}}\n")
	return out.Flush()
}

func aboutRecording(h runnertape.Recording) string {
	s := "recorded"
	if h.Upstream != "" {
		s += " from " + h.Upstream
	}
	if h.Redacted {
		return s + "; stand-ins replace the secrets"
	}
	return s + "; secrets are kept"
}
