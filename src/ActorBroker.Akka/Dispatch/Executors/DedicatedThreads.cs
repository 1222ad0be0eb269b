using System.Collections.Concurrent;
using System.Globalization;

namespace Akka.Dispatch.Executors;

/// <summary>A fixed number of threads of its own with one queue: for code that blocks.</summary>
internal sealed class DedicatedThreads : ExecutorService
{
    private readonly BlockingCollection<IRunnable> _queue = [];
    private readonly Action<Exception> _report;

    /// <param name="id">Names the threads.</param>
    /// <param name="threadCount">At least 1.</param>
    /// <param name="isBackground">Threads that do not keep the process alive.</param>
    /// <param name="report">Told what a runnable throws.</param>
    public DedicatedThreads(string id, int threadCount, bool isBackground, Action<Exception> report)
        : base(id)
    {
        _report = report;
        for (var i = 1; i <= threadCount; i++)
        {
            var thread = new Thread(Work)
            {
                IsBackground = isBackground,
                Name = string.Create(CultureInfo.InvariantCulture, $"{id}_{i}"),
            };
            thread.Start();
        }
    }

    public override void Execute(IRunnable run)
    {
        try
        {
            _queue.Add(run);
        }
        catch (InvalidOperationException) when (_queue.IsAddingCompleted)
        {
            throw new RejectedExecutionException($"Dispatcher [{Id}] is shut down.");
        }
    }

    public override void Shutdown() => _queue.CompleteAdding();

    private void Work()
    {
        foreach (var run in _queue.GetConsumingEnumerable())
        {
            try
            {
                run.Run();
            }
            catch (Exception failed)
            {
                // One bad runnable must not take the thread from the others.
                _report(failed);
            }
        }
    }
}
