package main

import (
	"fmt"
	"io"
	"path"

	"runnertape"
	"runnertape/contents"
	"runnertape/decode"
)

// eachFile gives the files of the archive that a body is, or that the form of an upload holds, to f, unpacked: see
// [contents.EachFile]. A name has that of the archive before it. A body that is no archive has none.
func eachFile(src recording, x *runnertape.Exchange, side runnertape.Side, f func(name string, r io.Reader) error) (faults []string, err error) {
	_, body := sideOf(x, side)
	if body == nil || body.Stored == 0 {
		return nil, nil
	}
	open, size, archive := contents.OfBody(src, x.ID, side), body.Stored, archiveName(x)
	if side == runnertape.RequestSide && decode.Classify(x.Request.Method, x.Request.Path()).Endpoint == decode.UploadArtifacts {
		form, err := formOf(src, x, false)
		if err != nil || len(form.Parts) == 0 {
			return form.Faults, err
		}
		part := form.Parts[max(0, filePart(form))]
		open, size, archive = contents.Section(open, part.Offset), part.Bytes, part.Filename
	}
	faults, err = contents.EachFile(open, size, func(name string, r io.Reader) error {
		if name != "" {
			name = ": " + name
		}
		return f(archive+name, r)
	})
	for i := range faults {
		faults[i] = archive + ": " + faults[i]
	}
	return faults, err
}

// archiveName is what to call an archive that is a body by itself.
func archiveName(x *runnertape.Exchange) string {
	if call := decode.Classify(x.Request.Method, x.Request.Path()); call.Endpoint == decode.DownloadArtifacts {
		return fmt.Sprintf("artifacts of job %d", call.JobID)
	}
	return path.Base(x.Request.Path())
}
