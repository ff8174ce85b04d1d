package live

import (
	"errors"
	"io"
	"iter"

	"runnertape"
)

// Source is a recording to read from. It is used by many goroutines at once.
type Source interface {
	// Header is what holds for the whole recording.
	Header() runnertape.Recording
	// Exchange returns one exchange. The error wraps [runnertape.ErrNoExchange] if there is none.
	Exchange(id uint64) (*runnertape.Exchange, error)
	// ExchangesFrom yields the exchanges of id first and later ones, in order of id.
	ExchangesFrom(first uint64) iter.Seq2[*runnertape.Exchange, error]
	// BodyAt opens the kept content of one side of an exchange from a byte offset on. It is empty if there is none.
	BodyAt(id uint64, side runnertape.Side, offset int64) (io.ReadCloser, error)
}

// File is a recording that nobody writes.
type File interface {
	Source
	Close() error
}

// Errors of opening and reading.
var (
	// ErrNoRecorder says that nobody answers for a recording.
	ErrNoRecorder = errors.New("no recorder answers")
	// ErrVersion says that the recorder is of a version that answers in another way.
	ErrVersion = errors.New("its recorder is another version of proxy")
	// ErrBusy says that as many read a recording as can.
	ErrBusy = errors.New("too many read it at once")
	// ErrOther says that another recording took the place of the one that was read.
	ErrOther = errors.New("another recording took its place")
)
