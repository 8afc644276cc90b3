
'use strict';
// Every page works without this: it shows times in the reader's zone, folds the menu on a phone, gives percentages a slider,
// and keeps a form from being sent twice.
(() => {
  const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
  for (const time of document.querySelectorAll('time')) {
    time.title = time.textContent;
    time.textContent = format.format(new Date(time.dateTime));
  }
  const menu = document.querySelector('.menu');
  if (menu && window.matchMedia('(max-width: 48rem)').matches) menu.open = false;
  for (const number of document.querySelectorAll('[data-slider]')) {
    const slider = document.createElement('input');
    slider.type = 'range';
    slider.min = '0';
    slider.max = '100';
    slider.step = '1';
    slider.value = number.value;
    slider.setAttribute('aria-label', document.querySelector(`label[for="${number.id}"]`).textContent);
    slider.addEventListener('input', () => { number.value = slider.value; });
    number.addEventListener('input', () => { slider.value = number.value; });
    number.after(slider);
  }
  for (const form of document.querySelectorAll('form[method=post]')) {
    form.addEventListener('submit', (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = 'yes';
    });
  }
  window.addEventListener('pageshow', () => {
    for (const form of document.querySelectorAll('form[data-sent]')) delete form.dataset.sent;
  });
})();
