package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"runnertape"
	"runnertape/capture"
	"runnertape/har"
)

// imported is a file that is read into a recording, more than once if need be.
type imported interface {
	// read gives the exchanges to sink, in order. The first error of sink ends it, and is returned.
	read(sink capture.Sink) error
	// tell says what was read, and what was not.
	tell(p *process)
}

// stoppableFile can be read until the process is to end.
type stoppableFile struct {
	*os.File
	done context.Context
}

// Read implements io.Reader.
func (f *stoppableFile) Read(p []byte) (int, error) {
	if f.done.Err() != nil {
		return 0, errInterrupted
	}
	return f.File.Read(p)
}

// ReadAt implements io.ReaderAt.
func (f *stoppableFile) ReadAt(p []byte, offset int64) (int, error) {
	if f.done.Err() != nil {
		return 0, errInterrupted
	}
	return f.File.ReadAt(p, offset)
}

// openFile opens what is to be imported.
func openFile(path string) (*os.File, error) {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return nil, fmt.Errorf("import %s: it is a folder without recording.txtar; name a file, or a folder that proxy export made", path)
	case err == nil && !info.Mode().IsRegular(): // opening a pipe waits for who writes it
		return nil, fmt.Errorf("import %s: it is no regular file, and cannot be read twice; write what it gives to one, and name that", path)
	}
	return os.Open(path)
}

func openImport(f *stoppableFile) (imported, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	unpacked, err := capture.Unpack(f)
	if err != nil {
		return nil, err
	}
	head, err := unpacked.Peek(capture.HeadBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch {
	case capture.Is(head):
		return &importedCapture{file: f}, nil
	case beginsJSON(unpacked):
		return openHAR(f, info.Size())
	}
	if r, err := openRecording(f.Name()); err == nil {
		return nil, errors.Join(errors.New("it is a recording already; proxy dump prints it"), r.Close())
	}
	return nil, errors.New("it is neither a packet capture (pcap, pcapng), nor a HAR, nor a text recording")
}

// beginsJSON tells whether r begins with an object.
func beginsJSON(r *bufio.Reader) bool {
	head, _ := r.Peek(512) // shorter files are fine
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	return bytes.HasPrefix(head, []byte("{"))
}

// importedCapture is a packet capture.
type importedCapture struct {
	file    *stoppableFile
	summary *capture.Summary // of the last reading
}

func (i *importedCapture) read(sink capture.Sink) (err error) {
	if _, err := i.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	i.summary, err = capture.Read(i.file, sink)
	if err == nil && errors.Is(i.summary.Broken, errInterrupted) {
		err = errInterrupted
	}
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

func openHAR(f *stoppableFile, size int64) (imported, error) {
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
		if bad := (*har.EntryError)(nil); errors.As(err, &bad) && !errors.Is(err, errInterrupted) {
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
		p.log.Warn(fmt.Sprintf("and %d more, left out for such reasons", more))
	}
}
