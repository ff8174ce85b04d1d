package store

import (
	"iter"

	"runnertape"
)

// merged are the exchanges of earlier files and those of the current one, together in order of id.
func (w *Writer) merged(files []*earlierFile, here iter.Seq2[*runnertape.Exchange, error], first, last uint64) iter.Seq2[*runnertape.Exchange, error] {
	return func(yield func(*runnertape.Exchange, error) bool) {
		sources := []*source{newSource(nil, here)}
		for _, f := range files {
			sources = append(sources, newSource(f, f.w.exchanges(first, last)))
		}
		for _, s := range sources {
			defer s.stop()
			w.advance(s)
		}
		for {
			lowest := sources[0]
			for _, s := range sources[1:] {
				if s.x != nil && (lowest.x == nil || s.x.ID < lowest.x.ID) {
					lowest = s
				}
			}
			if lowest.x == nil {
				break
			}
			if !yield(lowest.x, nil) {
				return
			}
			w.advance(lowest)
		}
		if err := sources[0].err; err != nil {
			yield(nil, err)
		}
	}
}

// source gives the exchanges of one file.
type source struct {
	file *earlierFile // nil: the current one
	next func() (*runnertape.Exchange, error, bool)
	stop func()
	x    *runnertape.Exchange // nil: at the end
	err  error
}

func newSource(f *earlierFile, xs iter.Seq2[*runnertape.Exchange, error]) *source {
	s := &source{file: f}
	s.next, s.stop = iter.Pull2(xs)
	return s
}

func (w *Writer) advance(s *source) {
	s.x, s.err, _ = s.next()
	if s.err != nil && s.file != nil {
		w.lose(s.file, s.err)
	}
}
