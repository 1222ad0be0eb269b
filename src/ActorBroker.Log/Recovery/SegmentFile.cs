using ActorBroker.Log.Files;

namespace ActorBroker.Log;

/// <summary>A segment as the folder shows it, before anything in it is believed.</summary>
internal readonly record struct SegmentFile(string Path, Offset BaseOffset, int SizeInBytes)
{
    public static SegmentFile Read(ILogFiles files, string folder, Offset baseOffset)
    {
        var path = System.IO.Path.Combine(folder, SegmentFileName.Of(baseOffset, SegmentFileName.Log));
        using var file = files.Open(path);
        var length = file.Length;
        if (length > int.MaxValue) throw new LogCorruptException(path, int.MaxValue, $"{length} bytes are more than a segment may have");
        return new SegmentFile(path, baseOffset, (int)length);
    }
}
