package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"runnertape"
	"runnertape/capture"
	"runnertape/har"
)

// importedCapture is a packet capture.
type importedCapture struct {
	file    *os.File
	summary *capture.Summary // of the last reading
}

func (i *importedCapture) read(sink capture.Sink) (err error) {
	if _, err := i.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	i.summary, err = capture.Read(i.file, sink)
	return err
}

// importedHAR is a HAR.
type importedHAR struct {
	file    *har.File
	unread  []error // entries that cannot be read, the first few
	refused int64   // how many
}

// maxTold is of how many entries that cannot be read it is said why.
const maxTold = 5

func openHAR(f *os.File, size int64) (imported, error) {
	file, err := har.Open(f, size)
	if err != nil {
		return nil, err
	}
	return &importedHAR{file: file}, nil
}

func (i *importedHAR) read(sink capture.Sink) error {
	i.unread, i.refused = nil, 0
	var id uint64
	for x, err := range i.file.Exchanges() {
		if bad := (*har.EntryError)(nil); errors.As(err, &bad) {
			if i.refused++; len(i.unread) < maxTold {
				i.unread = append(i.unread, err)
			}
			continue
		}
		if err != nil {
			return err
		}
		id++
		x.ID = id
		if err := putWhole(sink, x); err != nil {
			return err
		}
	}
	return nil
}

// putWhole gives an exchange to sink as a recorder would have.
func putWhole(sink capture.Sink, x *har.Exchange) error {
	begun := *x.Exchange
	begun.State, begun.Response, begun.Failure = runnertape.InFlight, nil, nil
	if err := sink.Put(&begun); err != nil {
		return err
	}
	if err := sink.Write(x.ID, runnertape.RequestSide, x.RequestBody); err != nil {
		return err
	}
	if r := x.Response; r != nil {
		replied, response := begun, *r
		replied.Request, replied.Response = x.Request, &response
		if err := sink.Put(&replied); err != nil {
			return err
		}
		if err := sink.Write(x.ID, runnertape.ResponseSide, x.ResponseBody); err != nil {
			return err
		}
	}
	return sink.Put(x.Exchange)
}

func (i *importedHAR) tell(p *process) {
	for _, err := range i.unread {
		p.log.Warn(err.Error() + "; it is left out")
	}
	if more := i.refused - int64(len(i.unread)); more > 0 {
		p.log.Warn(fmt.Sprintf("and %s left out for such reasons", count(more, "more entrie")))
	}
}
